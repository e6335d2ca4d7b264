//! Where tokens and keys come from: the environment, a file, or a prompt. Never an argument, which every user of the
//! computer can see.

use std::io::{IsTerminal, stdin};
use std::path::Path;
use std::{env, fs};

use devicelink::lamarzocco::Secret;

use crate::failure::Failure;

/// Reads a secret from the file, if one is named, else from the variable, else asks for it on a terminal.
pub(crate) fn read(what: &str, variable: &str, file: Option<&Path>) -> Result<Secret, Failure> {
    if let Some(file) = file {
        return of_file(what, file);
    }
    if let Some(secret) = of_variable(variable) {
        return Ok(secret);
    }
    if !stdin().is_terminal() {
        return Err(Failure::usage(format!(
            "no {what}: put it into {variable} in the environment, or name a file that holds it"
        )));
    }
    Ok(rpassword::prompt_password(format!("The {what}: ")).map(Secret::from)?)
}

/// The secret in a variable of the environment, if there is one.
pub(crate) fn of_variable(variable: &str) -> Option<Secret> {
    env::var(variable).ok().filter(|text| !text.is_empty()).map(Secret::from)
}

/// The only line of a file.
pub(crate) fn of_file(what: &str, file: &Path) -> Result<Secret, Failure> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Secret::from(text.trim())),
        Err(error) => Err(Failure::usage(format!(
            "the {what} cannot be read from {}: {error}",
            file.display()
        ))),
    }
}

//! Tokens, and where a fault is.

use wirejson::{ErrorKind, Json, Lexer, Public, Token};

fn parse(text: &str) -> Result<Json<Public>, wirejson::Error> {
    Json::parse(text)
}

/// All tokens of a text by their kind, or the fault.
fn tokens(text: &str) -> Result<String, wirejson::Error> {
    let mut lexer = Lexer::new(text);
    let mut kinds = String::new();
    while let Some(token) = lexer.token()? {
        kinds.push(match token {
            Token::Null => '0',
            Token::Bool(_) => 'b',
            Token::Number(_) => 'n',
            Token::Text(_) => 't',
            Token::Name(_) => 'N',
            Token::ListStart => '[',
            Token::ListEnd => ']',
            Token::ObjectStart => '{',
            Token::ObjectEnd => '}',
        });
    }
    Ok(kinds)
}

#[test]
fn each_piece_of_a_text_is_a_token() {
    let text = " { \"a\" : [ 1 , \"x\" , { } , [ ] ] ,\t\"b\":null,\r\n\"c\":{\"d\":true}} ";
    assert_eq!(tokens(text).unwrap(), "{N[nt{}[]]N0N{Nb}}");
    assert_eq!(tokens("-0.5e+3").unwrap(), "n");
}

#[test]
fn a_fault_is_named_with_the_byte_where_it_is() {
    use ErrorKind::{Empty, NotJson, NumberOutOfRange, TrailingText, Truncated};

    for (text, kind, offset) in [
        ("", Empty, 0),
        (" \n", Empty, 2),
        ("x", NotJson, 0),
        ("nulL", NotJson, 3),
        ("tru", Truncated, 3),
        ("truth", NotJson, 3),
        ("[1,]", NotJson, 3),
        ("[1 2]", NotJson, 3),
        ("[1}", NotJson, 2),
        ("{\"a\":1]", NotJson, 6),
        ("{\"a\" 1}", NotJson, 5),
        ("{a:1}", NotJson, 1),
        ("{\"a\":1,}", NotJson, 7),
        ("{,}", NotJson, 1),
        ("{\"a\":", Truncated, 5),
        ("{\"a", Truncated, 3),
        ("[", Truncated, 1),
        ("[1,", Truncated, 3),
        ("\"\\", Truncated, 2),
        ("\"\\u12", Truncated, 5),
        ("\"\\u12g4\"", NotJson, 5),
        ("\"\\x\"", NotJson, 2),
        ("\"long enough for a word\u{1}\"", NotJson, 23),
        ("\"\\ud800\"", NotJson, 7),
        ("\"\\udc00\\ud800\"", NotJson, 7),
        ("\"\\ud800\\u0041\"", NotJson, 7),
        ("01", TrailingText, 1),
        ("-", Truncated, 1),
        ("-a", NotJson, 1),
        ("1.", Truncated, 2),
        ("[1.]", NotJson, 3),
        ("1e+", Truncated, 3),
        ("+1", NotJson, 0),
        (".5", NotJson, 0),
        ("[1e999]", NumberOutOfRange, 6),
        ("{} x", TrailingText, 3),
        ("é", NotJson, 0),
        ("\u{feff}{}", NotJson, 0),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (kind, offset), "{text:?}");
    }
}

#[test]
fn a_value_is_taken_as_it_is_written() {
    let mut lexer = Lexer::new(r#"{"a": {"x":[1.50, "\ud800"]} ,"b":1e999,"c":"\u00e9"}"#);
    let mut found = Vec::new();
    lexer.token().unwrap();
    while let Some(Token::Name(name)) = lexer.token().unwrap() {
        lexer.token().unwrap();
        let start = lexer.token_start();
        found.push((name.raw(), start, lexer.value_text().unwrap()));
    }
    // Nobody asked what the text and the number stand for, as with the raw values of serde_json.
    let expected =
        [("a", 6, r#"{"x":[1.50, "\ud800"]}"#), ("b", 34, "1e999"), ("c", 44, r#""\u00e9""#)];
    assert_eq!(found, expected);
    assert_eq!(lexer.token(), Ok(None));
}

#[test]
fn a_fault_inside_of_a_value_that_is_taken_whole_is_found() {
    for text in ["[[1,]]", "[{\"a\":[}]", "[[\"\\q\"]]", "[[1", "[[01]]"] {
        let mut lexer = Lexer::new(text);
        assert_eq!(lexer.token().unwrap(), Some(Token::ListStart));
        assert!(lexer.value_text().is_err(), "{text}");
    }
}

#[test]
fn a_text_without_escapes_is_borrowed_and_escapes_are_read() {
    let text = |text: &'static str| match Lexer::new(text).token() {
        Ok(Some(Token::Text(text))) => text,
        other => panic!("{other:?}"),
    };
    let plain = text("\"plain, and longer than eight bytes\"");
    assert!(matches!(plain.decode().unwrap(), std::borrow::Cow::Borrowed(_)));
    assert!(!plain.is_escaped() && plain.start() == 1);
    let escaped = text(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\udca1\uD83D\uDCA1 after it""#);
    assert_eq!(escaped.decode().unwrap(), "\"\\/\u{8}\u{c}\n\r\té💡💡 after it");
}

#[test]
fn less_depth_can_be_asked_for() {
    let deepest = |text: &'static str| {
        let mut lexer = Lexer::new(text).with_max_depth(2);
        loop {
            match lexer.token() {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(()),
                Err(error) => return Err((error.kind(), error.offset())),
            }
        }
    };
    assert_eq!(deepest("[{},[]]"), Ok(()));
    assert_eq!(deepest("[[],{\"a\":[]}]"), Err((ErrorKind::TooDeep, 9)));
}

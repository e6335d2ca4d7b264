//! The terminal: drawing, keys, and leaving it as it was.

use std::io::{self, stdout};
use std::time::Duration;

use crossterm::cursor::Show;
use crossterm::event::{
    Event as Pressed, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use futures::StreamExt;
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep_until};

use super::draw::draw;
use super::model::{Action, Input, Model};
use super::source::Told;

/// Shows the model until the user leaves. `retry` lets a link try at once.
pub(crate) async fn show(
    mut model: Model,
    mut told: mpsc::Receiver<Told>,
    retry: impl Fn(usize),
) -> io::Result<()> {
    let _restored = Screen::enter()?;
    let mut terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    let mut keys = EventStream::new();
    // What is shown as a time changes by the second.
    let mut second = interval(Duration::from_secs(1));
    let mut pace = Pace::default();
    loop {
        tokio::select! {
            Some((link, event, at)) = told.recv() => model.apply(link, event, at),
            pressed = keys.next() => match pressed {
                Some(pressed) => match input(&pressed?).map(|input| model.input(input)) {
                    Some(Action::Quit) => return Ok(()),
                    Some(Action::Retry(link)) => retry(link),
                    Some(Action::Nothing) | None => {}
                },
                None => return Ok(()),
            },
            _ = second.tick() => model.tick(Timestamp::now()),
            () = pace.due() => {
                terminal.draw(|frame| draw(&model, frame))?;
                pace.drawn(Instant::now());
                continue;
            }
        }
        pace.changed(Instant::now());
    }
}

/// The terminal in the state that the dashboard needs; dropping it brings the former one back.
struct Screen;

impl Screen {
    fn enter() -> io::Result<Self> {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Whichever thread it is: what is drawn after this would be drawn over the message.
            restore();
            hook(panic);
            std::process::exit(101);
        }));
        enable_raw_mode()?;
        let screen = Self;
        execute!(stdout(), EnterAlternateScreen)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    // A terminal that has gone away cannot be restored, and nobody could be told.
    let _ = disable_raw_mode();
    let _ = execute!(stdout(), LeaveAlternateScreen, Show);
}

/// When to draw: after a change, and not too often.
#[derive(Debug, Default)]
struct Pace {
    drawn: Option<Instant>,
    due: Option<Instant>,
}

impl Pace {
    /// The shortest time from one drawing to the next.
    const PERIOD: Duration = Duration::from_millis(100);

    fn changed(&mut self, now: Instant) {
        let earliest = self.drawn.map_or(now, |drawn| drawn + Self::PERIOD);
        self.due.get_or_insert(earliest.max(now));
    }

    async fn due(&self) {
        match self.due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    fn drawn(&mut self, now: Instant) {
        *self = Self { drawn: Some(now), due: None };
    }
}

/// What a key stands for.
fn input(pressed: &Pressed) -> Option<Input> {
    let Pressed::Key(KeyEvent { code, modifiers, kind, .. }) = pressed else { return None };
    if *kind == KeyEventKind::Release {
        return None;
    }
    let is_control = modifiers.contains(KeyModifiers::CONTROL);
    Some(match code {
        KeyCode::Char('c') if is_control => Input::Quit,
        KeyCode::Char('q') => Input::Quit,
        KeyCode::Esc => Input::Back,
        KeyCode::Tab | KeyCode::Right => Input::NextPanel,
        KeyCode::BackTab | KeyCode::Left => Input::PreviousPanel,
        KeyCode::Up => Input::Up,
        KeyCode::Down => Input::Down,
        KeyCode::PageUp => Input::PageUp,
        KeyCode::PageDown => Input::PageDown,
        KeyCode::Home => Input::First,
        KeyCode::End => Input::Last,
        KeyCode::Enter => Input::Details,
        KeyCode::Char('p') => Input::Pause,
        KeyCode::Char('r') => Input::Retry,
        KeyCode::Char('?') => Input::Help,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_drawn_at_once_but_not_more_than_ten_times_a_second() {
        let start = Instant::now();
        let later = |millis| start + Duration::from_millis(millis);
        let mut pace = Pace::default();
        assert_eq!(pace.due, None, "nothing has changed");
        pace.changed(start);
        assert_eq!(pace.due, Some(start));
        pace.drawn(start);
        assert_eq!(pace.due, None);
        pace.changed(later(30));
        pace.changed(later(60));
        assert_eq!(pace.due, Some(later(100)), "further changes do not put it off");
        pace.drawn(later(100));
        pace.changed(later(700));
        assert_eq!(pace.due, Some(later(700)));
    }

    #[test]
    fn keys_that_are_let_go_do_nothing() {
        let mut key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(input(&Pressed::Key(key)), Some(Input::Quit));
        key.kind = KeyEventKind::Release;
        assert_eq!(input(&Pressed::Key(key)), None);
        assert_eq!(input(&Pressed::Key(KeyCode::Char('c').into())), None);
        assert_eq!(input(&Pressed::Resize(80, 24)), None);
    }
}

//! Keys: what is focused and selected.

use super::{Log, Model, Vendor};

/// What the user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Leaves what is open, or the dashboard.
    Back,
    Quit,
    NextPanel,
    PreviousPanel,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Pause,
    Retry,
    Details,
    Help,
}

/// What is to be done about it outside of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Nothing,
    Quit,
    /// Let this link try at once.
    Retry(usize),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Panel {
    #[default]
    Links,
    Boilers,
    Devices,
    Bindings,
    Log,
}

impl Panel {
    const ALL: [Self; 5] = [Self::Links, Self::Boilers, Self::Devices, Self::Bindings, Self::Log];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Links => "Links",
            Self::Boilers => "Boilers, °C",
            Self::Devices => "Devices",
            Self::Bindings => "Bindings",
            Self::Log => "Log",
        }
    }
}

/// What lies over the panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overlay {
    Help,
    Details,
}

#[derive(Debug, Default)]
pub(super) struct View {
    focus: Panel,
    overlay: Option<Overlay>,
    /// By panel, in the order of [`Panel::ALL`]. In the log it is counted from the newest entry.
    selected: [usize; 5],
}

impl View {
    /// Who reads an older entry goes on reading it when another comes.
    pub(super) fn keep_place_in_log(&mut self, log: &Log) {
        let from_end = &mut self.selected[Panel::Log as usize];
        if *from_end > 0 {
            *from_end = (*from_end + 1).min(log.len().saturating_sub(1));
        }
    }
}

/// Rows that a page key passes.
const PAGE: usize = 10;

impl Model {
    pub(crate) fn input(&mut self, input: Input) -> Action {
        match input {
            Input::Quit => return Action::Quit,
            Input::Back if self.view.overlay.take().is_none() => return Action::Quit,
            Input::Back => {}
            Input::NextPanel => self.focus_next(1),
            Input::PreviousPanel => self.focus_next(self.panels().count() - 1),
            Input::Up => self.select(|at, _| at.saturating_sub(1)),
            Input::Down => self.select(|at, _| at + 1),
            Input::PageUp => self.select(|at, _| at.saturating_sub(PAGE)),
            Input::PageDown => self.select(|at, _| at + PAGE),
            Input::First => self.select(|_, _| 0),
            Input::Last => self.select(|_, rows| rows),
            Input::Pause => self.log.pause_or_go_on(),
            Input::Retry => return self.selected_link().map_or(Action::Nothing, Action::Retry),
            Input::Details => self.toggle(Overlay::Details),
            Input::Help => self.toggle(Overlay::Help),
        }
        Action::Nothing
    }

    /// The panels that there are: none of a vendor who has no link.
    pub(crate) fn panels(&self) -> impl Iterator<Item = Panel> {
        Panel::ALL.into_iter().filter(|panel| {
            let vendor = match panel {
                Panel::Boilers => Vendor::LaMarzocco,
                Panel::Devices => Vendor::CoolKit,
                Panel::Bindings => Vendor::PlaceOs,
                Panel::Links | Panel::Log => return true,
            };
            self.links.iter().any(|link| link.spec.vendor == vendor)
        })
    }

    pub(crate) fn focus(&self) -> Panel {
        self.view.focus
    }

    pub(crate) fn overlay(&self) -> Option<Overlay> {
        self.view.overlay
    }

    pub(crate) fn rows(&self, panel: Panel) -> usize {
        match panel {
            Panel::Links => self.links.len(),
            Panel::Boilers => self.boilers.len(),
            Panel::Devices => self.devices.len(),
            Panel::Bindings => self.bindings.len(),
            Panel::Log => self.log.len(),
        }
    }

    /// The row that is selected in a panel; 0 in one without rows.
    pub(crate) fn selected(&self, panel: Panel) -> usize {
        let at = self.view.selected[panel as usize];
        let last = self.rows(panel).saturating_sub(1);
        if panel == Panel::Log { last.saturating_sub(at) } else { at.min(last) }
    }

    /// The link that the selected row belongs to.
    fn selected_link(&self) -> Option<usize> {
        let at = self.selected(self.focus());
        match self.focus() {
            Panel::Links => (at < self.links.len()).then_some(at),
            Panel::Boilers => self.boilers.get(at).map(|it| it.link),
            Panel::Devices => self.devices.get(at).map(|it| it.link),
            Panel::Bindings => self.bindings.get(at).map(|it| it.link),
            Panel::Log => self.log.entry(at).map(|it| it.link),
        }
    }

    fn select(&mut self, to: impl FnOnce(usize, usize) -> usize) {
        let panel = self.focus();
        let last = self.rows(panel).saturating_sub(1);
        let at = to(self.selected(panel), last).min(last);
        self.view.selected[panel as usize] = if panel == Panel::Log { last - at } else { at };
    }

    fn focus_next(&mut self, steps: usize) {
        let panels: Vec<_> = self.panels().collect();
        let at = panels.iter().position(|panel| *panel == self.view.focus).unwrap_or_default();
        self.view.focus = panels[(at + steps) % panels.len()];
    }

    fn toggle(&mut self, overlay: Overlay) {
        let is_open = self.view.overlay == Some(overlay);
        self.view.overlay = (!is_open).then_some(overlay);
    }
}

//! A thing that waits for a person; features tell them, the workbench lists them.

use super::date::CivilDate;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Fluent key of the sentence.
    pub words: &'static str,
    /// Named values of the sentence.
    pub args: Vec<(&'static str, String)>,
    /// Where it is done.
    pub href: String,
    /// Until when; those without a day come last.
    pub due: Option<CivilDate>,
    /// How many of the same kind are told in one line, and where all of them are listed.
    pub alike: Option<(&'static str, String)>,
}

/// From how many alike to-dos on they are one line with a count.
const GROUPED_FROM: usize = 3;

impl Todo {
    /// Something to do at `href`.
    #[must_use]
    pub fn new(words: &'static str, href: impl Into<String>) -> Self {
        Self {
            words,
            args: Vec::new(),
            href: href.into(),
            due: None,
            alike: None,
        }
    }

    /// Adds a named value.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Sets the day by which it must be done.
    #[must_use]
    pub fn due(mut self, day: CivilDate) -> Self {
        self.due = Some(day);
        self
    }

    /// Says how several such to-dos are told in one line (`$count` of them) and where they are listed.
    #[must_use]
    pub fn alike(mut self, words: &'static str, href: impl Into<String>) -> Self {
        self.alike = Some((words, href.into()));
        self
    }

    /// Sort key: by day, those without one last.
    #[must_use]
    pub fn order(&self) -> (bool, Option<CivilDate>) {
        (self.due.is_none(), self.due)
    }
}

/// To-dos in order of their day, alike ones as one line with a count and the earliest day.
#[must_use]
pub fn grouped(told: Vec<Todo>) -> Vec<Todo> {
    // Somebody with two roles hears of the same thing once.
    let mut todos: Vec<Todo> = Vec::with_capacity(told.len());
    for todo in told {
        if !todos.contains(&todo) {
            todos.push(todo);
        }
    }
    todos.sort_by_key(Todo::order);
    let fellows = |todo: &Todo, all: &[Todo]| all.iter().filter(|other| other.alike == todo.alike).count();
    let mut lines: Vec<Todo> = Vec::new();
    for todo in &todos {
        let Some((words, href)) = todo.alike.clone() else {
            lines.push(todo.clone());
            continue;
        };
        let count = fellows(todo, &todos);
        if count < GROUPED_FROM {
            lines.push(todo.clone());
        } else if !lines.iter().any(|line| line.words == words && line.href == href) {
            let line = Todo::new(words, href).arg("count", count.to_string());
            lines.push(Todo {
                due: todo.due,
                ..line
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_alike_are_one_line_with_the_earliest_day() {
        let day = |text: &str| text.parse().unwrap();
        let sign = |n: u8, due: &str| {
            let todo = Todo::new("sign", format!("/sign/{n}")).due(day(due));
            todo.alike("sign-many", "/sign")
        };
        let rest = Todo::new("key", "/me/key");
        let two = vec![rest.clone(), sign(1, "2026-04-03"), sign(2, "2026-04-01")];
        let told: Vec<String> = grouped(two).into_iter().map(|todo| todo.href).collect();
        assert_eq!(told, ["/sign/2", "/sign/1", "/me/key"]);
        let three = vec![
            sign(1, "2026-04-03"),
            rest.clone(),
            sign(2, "2026-04-01"),
            sign(3, "2026-05-01"),
        ];
        let line = Todo::new("sign-many", "/sign")
            .arg("count", "3")
            .due(day("2026-04-01"));
        assert_eq!(grouped(three), [line, rest]);
    }
}

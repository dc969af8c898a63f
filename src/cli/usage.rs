//! Help and wrong use in French: clap speaks English only.

use clap::error::{ContextKind, ErrorKind};

/// What clap writes itself into a help, and how it is said here.
const WORDS: [(&str, &str); 11] = [
    ("Usage:", "Utilisation\u{a0}:"),
    ("[OPTIONS]", "[options]"),
    ("<COMMAND>", "<COMMANDE>"),
    ("Commands:", "Commandes\u{a0}:"),
    ("Arguments:", "Ce qu’elle prend\u{a0}:"),
    ("Options:", "Options\u{a0}:"),
    ("[possible values: ", "[au choix\u{a0}: "),
    ("[default: ", "[défaut\u{a0}: "),
    ("Print this message or the help of the given subcommand(s)", "Montre cette aide, ou celle d’une commande"),
    ("Print help", "Montre cette aide"),
    ("Print version", "Montre la version"),
];

/// Whether somebody asked for this, rather than mistyped.
pub fn is_asked_for(error: &clap::Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// A help, or what is wrong with a command and what to do.
pub fn in_french(error: &clap::Error) -> String {
    let named = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return said_here(&error.to_string()).trim_end().to_owned();
        }
        ErrorKind::InvalidSubcommand => {
            format!("« {} » n’est pas une commande.", named(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => {
            format!("« {} » n’est pas une option de cette commande.", named(ContextKind::InvalidArg))
        }
        ErrorKind::MissingRequiredArgument => format!("Il manque {}.", named(ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand => "Il manque une commande.".to_owned(),
        ErrorKind::ArgumentConflict => format!("« {} » ne va pas avec le reste.", named(ContextKind::InvalidArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (value, option) = (named(ContextKind::InvalidValue), named(ContextKind::InvalidArg));
            let choices = Some(named(ContextKind::ValidValue)).filter(|c| !c.is_empty());
            let choices = choices.map(|c| format!(" Au choix\u{a0}: {c}."));
            // What reads a value says what it wants instead.
            let wanted = || std::error::Error::source(error).map(|why| format!(" {why}"));
            let choices = choices.or_else(wanted).unwrap_or_default();
            match value.as_str() {
                "" => format!("Il manque la valeur de « {option} ».{choices}"),
                value => format!("« {value} » ne convient pas à « {option} ».{choices}"),
            }
        }
        _ => "Cette commande ne se comprend pas.".to_owned(),
    };
    let usage = Some(said_here(&named(ContextKind::Usage))).filter(|usage| !usage.is_empty());
    let usage = usage.map(|usage| format!("\n{}", usage.trim())).unwrap_or_default();
    format!("{what}{usage}\nPour en savoir plus\u{a0}: ajoutez --help.")
}

fn said_here(text: &str) -> String {
    WORDS.iter().fold(text.to_owned(), |text, (english, french)| text.replace(english, french))
}

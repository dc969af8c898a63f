//! The colours of a piece: the structure's own deep colour where it has one, black on white for a copier.

use crate::document::frame::Colour;
use crate::document::look;

/// Which colour goes where.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// The ground of heads and boxes.
    pub deep: Colour,
    /// Text on it.
    pub on_deep: Colour,
    /// The small line above the title, on the deep ground.
    pub kicker: Colour,
    /// Titles on the paper.
    pub title: Colour,
    /// The paper's ground.
    pub ground: Colour,
    /// Text on the paper.
    pub ink: Colour,
    /// Labels on the paper.
    pub muted: Colour,
    /// What the price stands on.
    pub sun: Colour,
    /// Whether there is no colour: edges are drawn where grounds would meet.
    pub copier: bool,
}

impl Palette {
    /// The palette of a house, or of a copier.
    pub fn of(house: Option<Colour>, copier: bool) -> Self {
        if copier {
            // A copier makes stripes of a dark ground, and empties its toner.
            let black = Colour::from_hex(0x000000);
            return Self {
                deep: look::WHITE,
                on_deep: black,
                kicker: black,
                title: black,
                ground: look::WHITE,
                ink: black,
                muted: black,
                sun: look::WHITE,
                copier,
            };
        }
        let deep = house.unwrap_or(look::DEEP);
        Self {
            deep,
            on_deep: look::WHITE,
            kicker: look::SUN,
            title: deep,
            ground: look::IVORY,
            ink: look::INK,
            muted: look::MUTED,
            sun: look::SUN,
            copier,
        }
    }
}

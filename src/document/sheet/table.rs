//! Tables that go on on the next page, with their head again.

use super::paper::{MARGIN_PT, Paper};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::{Cell, Role};
use crate::document::look;
use crate::document::paragraph::{Fill, Style, wrap};
use crate::text::typography::french;

/// A column: its head, and its share of the width.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its share of what all columns have together.
    pub share: f64,
    /// Whether its cells end at its right edge, as figures do.
    pub right: bool,
}

/// How a table looks.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The size of what stands in it.
    pub size_pt: f64,
    /// How tall a row is at least: a hand needs 10 mm.
    pub row_pt: f64,
    /// Whether columns are parted by lines, for writing.
    pub grid: bool,
    /// How many columns, from the left, have their first line in bold.
    pub bold: u16,
}

const PADDING_PT: f64 = 5.0;
const LEADING: f64 = 1.28;
const HEAD_PT: f64 = 10.5;

impl Column {
    /// A column.
    pub fn new(head: impl Into<String>, share: f64) -> Self {
        Self { head: head.into(), share, right: false }
    }

    /// A column of figures.
    pub fn figures(head: impl Into<String>, share: f64) -> Self {
        Self { right: true, ..Self::new(head, share) }
    }
}

impl Form {
    /// A column's own style.
    fn of_column(self, column: u16, style: Style) -> Style {
        if column < self.bold { Style { face: Face::Bold, ..style } } else { style }
    }
}

impl Paper {
    /// A table. A row with too long a word for its column is refused.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>], form: Form) -> Result<(), Reason> {
        let table = self.next_table();
        let all: f64 = columns.iter().map(|c| c.share).sum();
        let widths: Vec<_> = columns.iter().map(|c| (self.column_pt() * c.share / all, c.right)).collect();
        let head_style = Style::new(Face::SemiBold, HEAD_PT, look::WHITE);
        let heads: Vec<_> = columns.iter().map(|c| c.head.clone()).collect();
        let place = |row: u16, head: bool| move |column: u16| Role::Cell(Cell { table, row, column, head });
        let first = (0, place(0, true));
        self.row(&heads, &widths, head_style, form, Some(self.deep), &first.1)?;
        for (i, cells) in rows.iter().enumerate() {
            let style = Style::new(Face::Regular, form.size_pt, look::INK);
            let tall_pt = self.row_height(cells, &widths, style, form)?;
            if self.room_pt() < tall_pt {
                self.turn();
                // The head again is for the eye: who hears the table has heard it.
                self.row(&heads, &widths, head_style, form, Some(self.deep), &|_| Role::Artifact)?;
            }
            let row = u16::try_from(i + 1).unwrap_or(u16::MAX);
            self.row(cells, &widths, style, form, None, &place(row, false))?;
        }
        Ok(())
    }

    fn row_height(
        &mut self,
        cells: &[String],
        widths: &[(f64, bool)],
        style: Style,
        form: Form,
    ) -> Result<f64, Reason> {
        let mut tall_pt = form.row_pt;
        for (column, (cell, (width_pt, _))) in (0..).zip(cells.iter().zip(widths)) {
            let lines = self.cell(cell, form.of_column(column, style), *width_pt)?;
            tall_pt = tall_pt.max(lines.len() as f64 * style.size_pt * LEADING + 2.0 * PADDING_PT);
        }
        Ok(tall_pt)
    }

    fn cell(
        &mut self,
        text: &str,
        style: Style,
        width_pt: f64,
    ) -> Result<Vec<crate::document::paragraph::Line>, Reason> {
        if text.is_empty() {
            return Ok(vec![]);
        }
        let room_pt = width_pt - 2.0 * PADDING_PT;
        let mut size_pt = style.size_pt;
        loop {
            let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
            let mut spans = vec![style.sized(size_pt).span(french(first))];
            if !rest.is_empty() {
                let face = if style.face == Face::Bold { Face::Regular } else { style.face };
                spans.push(Style { face, ..style.sized(size_pt) }.span(format!("\n{}", french(rest))));
            }
            let lines = wrap(&mut self.shaper, &spans, room_pt, Fill::Even)?;
            if lines.iter().all(|l| l.width_pt <= room_pt) {
                return Ok(lines);
            }
            size_pt -= 0.5;
            if size_pt < 7.5 {
                return Err(Reason::TooLong { what: "une case du tableau", text: text.to_owned() });
            }
        }
    }

    fn row(
        &mut self,
        cells: &[String],
        widths: &[(f64, bool)],
        style: Style,
        form: Form,
        ground: Option<crate::document::frame::Colour>,
        role: &dyn Fn(u16) -> Role,
    ) -> Result<(), Reason> {
        let least_pt = if ground.is_some() { 0.0 } else { form.row_pt };
        let tall_pt = self.row_height(cells, widths, style, Form { row_pt: least_pt, ..form })?;
        let (x_pt, y_pt, wide_pt) = (MARGIN_PT, self.y_pt, self.column_pt());
        self.frame.block();
        if let Some(ground) = ground {
            self.frame.ground(x_pt, y_pt, wide_pt, tall_pt, ground);
        }
        let mut left_pt = x_pt;
        for (column, (cell, (width_pt, right))) in (0..).zip(cells.iter().zip(widths)) {
            let right = *right;
            let style = form.of_column(column, style);
            let lines = self.cell(cell, style, *width_pt)?;
            let text_pt = lines.len() as f64 * style.size_pt * LEADING;
            // Short cells stand in the middle of a row to be written in, long ones begin at its top.
            let mut line_pt = y_pt + if form.grid { (tall_pt - text_pt) / 2.0 } else { PADDING_PT };
            self.frame.block();
            for line in lines {
                let baseline_pt = line_pt + style.size_pt * (LEADING + Face::CAPITAL_EM) / 2.0;
                let indent_pt = if right { width_pt - PADDING_PT - line.width_pt } else { PADDING_PT };
                line.place(&mut self.frame, role(column), left_pt + indent_pt, baseline_pt);
                line_pt += style.size_pt * LEADING;
            }
            if form.grid && column > 0 && ground.is_none() {
                self.frame.ground(left_pt - 0.3, y_pt, 0.6, tall_pt, look::MUTED);
            }
            left_pt += width_pt;
        }
        self.y_pt += tall_pt;
        if ground.is_none() {
            self.frame.rule(x_pt, self.y_pt, wide_pt, 0.6, look::MUTED);
        }
        Ok(())
    }
}

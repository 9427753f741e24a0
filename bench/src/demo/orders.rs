//! Made-up orders as CSV.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Serialize;

/// What to make up.
#[derive(Debug, Args)]
pub struct Options {
    /// How many.
    #[arg(long, default_value_t = Options::default().rows)]
    rows: u32,
    /// The same seed makes the same orders.
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rows: 4_000, seed: 20_261_122 }
    }
}

/// An order.
#[derive(Debug, Clone, Serialize)]
pub struct Order {
    pub order_id: String,
    pub customer: String,
    pub item: String,
    pub quantity: u32,
    pub amount_cents: u64,
    pub currency: String,
}

const HEADER: &str = "order_id,customer,item,quantity,amount_cents,currency";
const ITEMS: [&str; 8] =
    ["acacia honey", "chestnut honey", "beeswax", "propolis", "hive frame", "smoker", "veil", "Königin, gezeichnet"];
const CURRENCIES: [&str; 3] = ["EUR", "CHF", "CAD"];

/// The orders as CSV.
pub fn csv(options: &Options) -> String {
    let mut rng = StdRng::seed_from_u64(options.seed);
    let mut csv = format!("{HEADER}\n");
    for number in 1..=options.rows {
        let item = ITEMS[rng.random_range(0..ITEMS.len())];
        let item = if item.contains(',') { format!("\"{item}\"") } else { item.to_owned() };
        let (quantity, cents) = (rng.random_range(1..20u32), rng.random_range(150..25_000u64));
        let currency = CURRENCIES[rng.random_range(0..CURRENCIES.len())];
        let customer = rng.random_range(1..900);
        csv += &format!("O-{number:06},customer-{customer:03},{item},{quantity},{},{currency}\n", cents * u64::from(quantity));
    }
    csv
}

/// Reads orders.
///
/// # Errors
/// When the file is absent or a line is no order; the message names the line.
pub fn read(path: &Path) -> Result<Vec<Order>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("couldn't read {}", path.display()))?;
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        bail!("{} does not begin with {HEADER}", path.display());
    }
    lines.enumerate().map(|(index, line)| order(line).with_context(|| format!("line {} is no order", index + 2))).collect()
}

fn order(line: &str) -> Option<Order> {
    let fields = fields(line);
    let [order_id, customer, item, quantity, amount_cents, currency] = fields.try_into().ok()?;
    Some(Order { order_id, customer, item, quantity: quantity.parse().ok()?, amount_cents: amount_cents.parse().ok()?, currency })
}

/// Splits a line as RFC 4180 says, without line breaks in fields.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_keep_their_commas() {
        assert_eq!(fields(r#"a,"b, ""c""",d"#), ["a", r#"b, "c""#, "d"]);
    }
}

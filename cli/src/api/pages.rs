//! Lists, page by page.

use ruche_api::Page;
use ruche_bootstrap::Failure;

use super::ApiError;

/// Most rows the API gives at once.
pub const PAGE: u32 = 200;

/// Asks for pages until there are `most` rows, or no more; `each` gets the rows as they come.
///
/// # Errors
/// When the server does not answer, or `each` fails.
pub async fn walk<P: Page>(
    most: u32,
    fetch: impl AsyncFn(u32, Option<&str>) -> Result<P, ApiError>,
    mut each: impl FnMut(Vec<P::Row>) -> anyhow::Result<()>,
) -> Result<(), Failure> {
    let (mut left, mut cursor) = (most, None);
    while left > 0 {
        let (rows, next) = fetch(left.min(PAGE), cursor.as_deref()).await?.into_parts();
        left = left.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        each(rows)?;
        if next.is_none() {
            break;
        }
        cursor = next;
    }
    Ok(())
}

/// All of them, at most `most`.
///
/// # Errors
/// When the server does not answer.
pub async fn rows<P: Page>(
    most: u32,
    fetch: impl AsyncFn(u32, Option<&str>) -> Result<P, ApiError>,
) -> Result<Vec<P::Row>, Failure> {
    let mut all = Vec::new();
    walk(most, fetch, |rows| {
        all.extend(rows);
        Ok(())
    })
    .await?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use ruche_api::{Page, TaskPage};

    use super::*;

    #[tokio::test]
    async fn no_more_is_asked_for_than_wanted_and_given() {
        let asked = RefCell::new(Vec::new());
        let fetch = async |most: u32, cursor: Option<&str>| {
            asked.borrow_mut().push((most, cursor.map(str::to_owned)));
            let next = (asked.borrow().len() < 3).then(|| format!("page {}", asked.borrow().len()));
            Ok(TaskPage::new(Vec::new(), next))
        };
        rows(500, fetch).await.unwrap();
        let after = |n: u32| (PAGE, Some(format!("page {n}")));
        assert_eq!(asked.take(), [(PAGE, None), after(1), after(2)]);
        assert!(rows(0, async |_, _| -> Result<TaskPage, _> { unreachable!("nothing is wanted") }).await.unwrap().is_empty());
    }
}

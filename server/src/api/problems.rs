//! What kinds of problems mean, under the addresses their `type` gives.

use poem::{Response, handler, http::header, web::Path};

use crate::problem::{Code, Problem};

/// Explains a kind of problem.
#[handler]
pub fn explain(Path(word): Path<String>) -> poem::Result<Response> {
    let code = Code::ALL.iter().find(|code| code.as_str() == word).ok_or_else(|| Problem::new(Code::NotFound))?;
    let text = format!("{} ({})\n\n{}\n", code.title(), code.status().as_u16(), code.explanation());
    let answer = Response::builder().content_type("text/plain; charset=utf-8");
    Ok(answer.header(header::CACHE_CONTROL, "public, max-age=86400").body(text))
}

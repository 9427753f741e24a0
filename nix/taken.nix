# Kinds of files, beside Rust and manifests, that Rust takes in when it is compiled (`include_str!`, `sqlx::migrate!`): their extensions.
[
  "conf"
  "css"
  "csv"
  "html"
  "js"
  "json"
  "sql"
  "svg"
]

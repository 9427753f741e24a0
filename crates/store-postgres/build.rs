//! A new migration is a change that the compiler does not see by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

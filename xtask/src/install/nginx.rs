//! nginx, which the proxy's tests run.

use std::env;
use std::path::{Path, PathBuf};

/// Debian's brotli module: without it the tests would leave out what it does.
const MODULE: &str = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";

/// Whether the tests will find an nginx; Debian's with its module.
pub fn is_there() -> bool {
    if env::var_os("RUCHE_TEST_NGINX").is_some() {
        return true;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.find(|folder| folder.join("nginx").is_file());
    found.is_some_and(|folder| folder != Path::new("/usr/sbin") || Path::new(MODULE).is_file())
}

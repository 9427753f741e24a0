//! `nginx -t` on what is shipped.

use crate::door::{Behind, Setup};

fn assert_good(setup: &Setup) {
    let output = setup.check();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // nginx 1.25 and later would rather see `http2 on`, which nginx 1.22 does not know.
    let warnings =
        said.lines().filter(|line| line.contains("[warn]") && !line.contains("\"listen ... http2\" directive is deprecated"));
    assert_eq!(warnings.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn nginx_takes_the_configuration_of_the_door() {
    assert_good(&Setup::new("door", &Behind::default()));
}

#[test]
fn nginx_takes_the_configuration_of_the_client() {
    assert_good(&Setup::new("client", &Behind::default()));
}

#[test]
fn a_mistake_in_a_deployment_is_refused() {
    let setup = Setup::new("door", &Behind::default());
    setup.edit("listen.conf", |text| text + "lissten 81;\n");
    let output = setup.check();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("lissten"), "{output:?}");
}

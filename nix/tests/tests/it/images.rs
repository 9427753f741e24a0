//! The images of the flake.

use std::fs;

use ruche_nix_tests::{rendered, repository};

/// The flake builds an image for each name the model uses: the folder says which it can build.
#[test]
fn every_image_of_the_model_can_be_built_and_no_other() {
    let wanted: Vec<String> = rendered("layout", "test").unwrap().as_object().unwrap().keys().cloned().collect();
    let mut built: Vec<String> = fs::read_dir(repository().join("nix/images"))
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().path().file_name()?.to_str()?.strip_suffix(".nix")?.to_owned()))
        .filter(|name| name != "default")
        .collect();
    built.sort();
    assert_eq!(built, wanted);
}

#[test]
fn rabbitmq_holds_publishers_back_before_it_meets_its_limit() {
    let conf = fs::read_to_string(repository().join("nix/images/files/rabbitmq/rabbitmq.conf")).unwrap();
    let mark = conf.lines().find_map(|line| line.strip_prefix("vm_memory_high_watermark.absolute = ")).unwrap();
    let mark: u64 = mark.trim_end_matches("MiB").parse().unwrap();
    let limit = rendered("model", "test").unwrap()["services"]["rabbitmq"]["limits"]["memory"].as_u64().unwrap();
    assert!(mark * 4 <= limit * 3, "{mark} of {limit} MiB");
}

/// Programs that need a folder of their own get it, owned by their account.
#[test]
fn every_volume_is_a_folder_of_its_image() {
    let layout = rendered("layout", "test").unwrap();
    let services = rendered("model", "test").unwrap()["services"].as_object().unwrap().clone();
    for (name, service) in services {
        let folders = layout[service["image"].as_str().unwrap()]["folders"].as_array().unwrap().clone();
        for path in service["volumes"].as_object().unwrap().values() {
            assert!(folders.contains(path), "{name}: {path}");
        }
        assert!(service["secrets"].as_array().unwrap().is_empty() || folders.contains(&"/run/secrets".into()), "{name}");
    }
}

//! What must hold of the Kubernetes manifests.

use std::{fs, process::Command};

use ruche_nix_tests::rendered;
use serde_json::{Map, Value};

/// Groups whose schemas Kubernetes itself has; the others belong to operators.
const OWN: [&str; 6] = ["v1", "apps/v1", "batch/v1", "policy/v1", "autoscaling/v2", "networking.k8s.io/v1"];

fn objects() -> Vec<Value> {
    rendered("kubernetesObjects", "test").unwrap().as_array().unwrap().clone()
}

fn of_kind(kind: &str) -> Vec<Value> {
    objects().into_iter().filter(|object| object["kind"] == kind).collect()
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap()
}

fn pods() -> Vec<(String, Value)> {
    let both = ["Deployment", "Job"].into_iter().flat_map(of_kind);
    both.map(|object| (name(&object).to_owned(), object["spec"]["template"].clone())).collect()
}

fn empty() -> Map<String, Value> {
    Map::new()
}

/// Against the schemas of this version of Kubernetes, nothing unknown allowed.
#[test]
fn kubernetes_knows_every_field() {
    let python = std::env::var_os("RUCHE_TEST_KUBERNETES").expect("`cargo xtask test` says where kubernetes-validate is");
    let folder = tempfile::tempdir().unwrap();
    let own: Vec<Value> = objects().into_iter().filter(|object| OWN.contains(&object["apiVersion"].as_str().unwrap())).collect();
    assert!(own.len() > 20, "{} objects", own.len());
    for (at, object) in own.iter().enumerate() {
        fs::write(folder.path().join(format!("{at}.yaml")), object.to_string()).unwrap();
    }
    let files = (0..own.len()).map(|at| folder.path().join(format!("{at}.yaml")));
    let output = Command::new(python).arg("--strict").args(files).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches(" passed for resource ").count(), own.len(), "{said}");
}

#[test]
fn no_two_objects_share_a_name() {
    let mut names: Vec<String> = objects().iter().map(|object| format!("{} {}", object["kind"], name(object))).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn every_pod_is_as_restricted_as_kubernetes_has_a_standard_for() {
    let pods = pods();
    assert!(pods.len() >= 5);
    for (name, pod) in pods {
        let security = &pod["spec"]["securityContext"];
        assert_eq!(security["runAsNonRoot"], true, "{name}");
        assert_eq!(security["seccompProfile"]["type"], "RuntimeDefault", "{name}");
        assert_eq!(pod["spec"]["automountServiceAccountToken"], false, "{name}");
        for container in pod["spec"]["containers"].as_array().unwrap() {
            assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false, "{name}");
            assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true, "{name}");
            assert_eq!(container["securityContext"]["capabilities"]["drop"][0], "ALL", "{name}");
            assert!(container["resources"]["limits"]["memory"].is_string(), "{name}");
            assert!(container["resources"]["requests"]["cpu"].is_string(), "{name}");
        }
    }
}

#[test]
fn every_deployment_has_probes_a_service_and_a_budget() {
    let deployments = of_kind("Deployment");
    assert_eq!(deployments.iter().map(name).collect::<Vec<_>>(), ["client", "proxy", "server", "worker"]);
    for deployment in deployments {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            assert!(container[probe]["httpGet"]["path"].is_string(), "{}: {probe}", name(&deployment));
        }
        for kind in ["Service", "PodDisruptionBudget"] {
            let its = of_kind(kind).into_iter().find(|object| name(object) == name(&deployment)).unwrap();
            let selector = its["spec"]["selector"].get("matchLabels").unwrap_or(&its["spec"]["selector"]).clone();
            let labels = &deployment["spec"]["template"]["metadata"]["labels"];
            for (label, value) in selector.as_object().unwrap() {
                assert_eq!(&labels[label], value, "{kind} {}", name(&deployment));
            }
        }
    }
}

#[test]
fn what_waits_for_a_stop_gets_the_time_and_liveness_asks_no_services() {
    for (name, pod) in pods() {
        assert!(pod["spec"]["terminationGracePeriodSeconds"].as_u64().unwrap() >= 10, "{name}");
    }
    for name_of in ["server", "worker"] {
        let deployment = of_kind("Deployment").into_iter().find(|object| name(object) == name_of).unwrap();
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["livenessProbe"]["httpGet"]["path"], "/livez");
        assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/readyz");
    }
}

#[test]
fn every_volume_and_every_secret_a_pod_mounts_is_there() {
    let claims = of_kind("PersistentVolumeClaim");
    let maps = of_kind("ConfigMap");
    for (pod_name, pod) in pods() {
        let volumes = pod["spec"]["volumes"].as_array().unwrap();
        for mount in pod["spec"]["containers"][0]["volumeMounts"].as_array().unwrap() {
            assert!(volumes.iter().any(|volume| volume["name"] == mount["name"]), "{pod_name}: {}", mount["name"]);
        }
        for volume in volumes {
            if let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() {
                assert!(claims.iter().any(|object| name(object) == claim), "{pod_name}: {claim}");
            }
            if let Some(map) = volume["configMap"]["name"].as_str() {
                assert!(maps.iter().any(|object| name(object) == map), "{pod_name}: {map}");
            }
        }
        let env = pod["spec"]["containers"][0]["env"].as_array().unwrap();
        let paths = volumes.iter().filter_map(|volume| volume["projected"]["sources"].as_array()).flatten();
        let files: Vec<String> =
            paths.map(|source| format!("/run/secrets/{}", source["secret"]["items"][0]["path"].as_str().unwrap())).collect();
        for variable in
            env.iter().filter_map(|variable| variable["value"].as_str()).filter(|value| value.starts_with("/run/secrets/"))
        {
            assert!(files.iter().any(|file| file == variable), "{pod_name}: {variable}");
        }
    }
}

#[test]
fn nobody_may_talk_to_anybody_unless_it_is_said() {
    let policies = of_kind("NetworkPolicy");
    let nobody = policies.iter().find(|policy| name(policy) == "nobody").unwrap();
    assert_eq!(nobody["spec"]["policyTypes"], serde_json::json!(["Ingress", "Egress"]));
    assert!(nobody["spec"]["ingress"].is_null() && nobody["spec"]["egress"].is_null());
    for (pod_name, pod) in pods() {
        let labels = pod["metadata"]["labels"].as_object().unwrap();
        assert_eq!(labels["app.kubernetes.io/part-of"], "ruche", "{pod_name} is under that policy");
    }
    // Who reaches the data: server, worker, migration; not the proxy and not the client.
    for (pod_name, pod) in pods() {
        let reaches = pod["metadata"]["labels"].as_object().unwrap_or(&empty()).contains_key("network.ruche/data");
        assert_eq!(reaches, ["server", "worker"].contains(&pod_name.as_str()) || pod_name.starts_with("migrate-"), "{pod_name}");
    }
}

#[test]
fn the_number_of_workers_follows_how_long_tasks_wait() {
    let scaled = of_kind("ScaledObject");
    assert_eq!(scaled.len(), 1);
    assert_eq!(scaled[0]["spec"]["scaleTargetRef"]["name"], "worker");
    let query = scaled[0]["spec"]["triggers"][0]["metadata"]["query"].as_str().unwrap();
    let metric = query.trim_start_matches("max(").trim_end_matches(')');
    let catalogue = fs::read_to_string(ruche_nix_tests::repository().join("monitoring/README.md")).unwrap();
    assert!(catalogue.contains(&format!("| `{metric}` |")), "there is no metric {metric}");
}

//! From a table to a package and back, and what makes the program say no.

use hearth::package::archive;
use hearth::package::open::LIMITS;

use super::desk::*;

#[test]
fn a_table_becomes_a_package_that_answers() {
    let here = copy("round");
    let (code, object) = json(&here, &["validate", "people.hearth.zip"]);
    assert_eq!((code, &object["command"]), (0, &"validate".into()));
    let runs = object["runs"].as_array().expect("runs");
    assert_eq!(
        runs.iter().map(|run| run["name"].as_str().expect("a name")).collect::<Vec<_>>(),
        ["Baseline", "Linear"]
    );
    let best = runs.iter().find(|run| run["run"] == object["best"]).expect("the best is among them");
    assert_eq!(best["name"], "Linear");
    let auc =
        best["scores"].as_array().expect("scores").iter().find(|score| score["metric"] == "ROC AUC").expect("AUC");
    let (low, high) = (auc["interval"][0].as_f64().expect("low"), auc["interval"][1].as_f64().expect("high"));
    assert!(0.5 < low && low < high && high <= 1.0, "{auc}");

    let said = hearth(&here, &["validate", "people.hearth.zip"]);
    assert!(said.out.contains("ROC AUC") && said.out.contains("Better than guessing: passed."), "{}", said.out);
    let (code, object) = json(&here, &["gate", "people.hearth.zip"]);
    assert_eq!((code, &object["verdict"]), (0, &"passed".into()));

    let said = hearth(&here, &["verify", "model.zip"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("largest deviation"), "{}", said.out);

    let said = hearth(&here, &["score", "model.zip", "later.csv"]);
    assert_eq!((said.code, said.out.lines().count()), (0, 401), "{}", said.err);
    assert!(
        said.out.starts_with("age,port,joined,survived,predicted survived"),
        "{}",
        said.out.lines().next().unwrap_or("")
    );
    let from_project = hearth(&here, &["score", "people.hearth.zip", "later.csv"]);
    assert_eq!(said.out, from_project.out);
    let said = hearth(&here, &["score", "model.zip", "later.csv", "--out", "predicted.csv"]);
    assert!(said.code == 0 && said.out.contains("400 rows"), "{said:?}");
    assert_eq!(read(&here, "predicted.csv"), from_project.out.as_bytes());

    let said = hearth(&here, &["report", "people.hearth.zip", "--out", "report.md"]);
    let page = String::from_utf8(read(&here, "report.md")).expect("UTF-8");
    assert!(said.code == 0 && page.contains("## Checks") && page.contains("\"candidates\""), "{page}");
}

#[test]
fn what_training_never_saw_is_met_as_it_was_chosen() {
    let here = copy("unseen");
    write(&here, "odd.csv", "age,port,joined\n500,Cherbourg,2024-03-04\n20,Cherbourg,2024-03-04\n");
    let scored = |chosen: &str| {
        let made =
            hearth(&here, &["package", "people.hearth.zip", "--on-unseen", chosen, "--out", &format!("{chosen}.zip")]);
        assert_eq!(made.code, 0, "{made:?}");
        hearth(&here, &["score", &format!("{chosen}.zip"), "odd.csv"])
    };
    let rows = |said: &Said| said.out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let flagged = scored("flag");
    assert!(flagged.code == 0 && rows(&flagged)[0].contains("age 500 is above"), "{flagged:?}");
    assert!(!rows(&flagged)[0].starts_with("500,Cherbourg,2024-03-04,,"), "{flagged:?}");
    let abstained = scored("abstain");
    assert!(abstained.code == 0 && rows(&abstained)[0].starts_with("500,Cherbourg,2024-03-04,,"), "{abstained:?}");
    assert!(!rows(&abstained)[1].starts_with("20,Cherbourg,2024-03-04,,"), "{abstained:?}");
    let refused = scored("error");
    assert!(refused.code == 1 && refused.err.contains("age 500 is above"), "{refused:?}");
    let said = hearth(&here, &["package", "people.hearth.zip", "--on-unseen", "shrug"]);
    assert!(said.code == 2 && said.err.contains("abstain"), "{said:?}");
}

#[test]
fn the_same_rows_design_and_seed_give_the_same_bytes_whatever_the_threads() {
    let here = copy("bytes");
    for threads in ["1", "4"] {
        let out = format!("{threads}.hearth.zip");
        let said =
            hearth(&here, &["train", "people.csv", "--design", "design.json", "--threads", threads, "--out", &out]);
        assert_eq!(said.code, 0, "{said:?}");
        let said = hearth(&here, &["package", &out, "--out", &format!("{threads}.zip")]);
        assert_eq!(said.code, 0, "{said:?}");
    }
    assert!(read(&here, "1.zip") == read(&here, "4.zip"), "the packages differ");
    assert!(read(&here, "1.zip") == read(&here, "model.zip"), "the packages differ");
    // A project is trained once more as it was designed, and a package's design is a design.
    let said = hearth(&here, &["train", "people.hearth.zip", "--out", "again.hearth.zip"]);
    assert_eq!(said.code, 0, "{said:?}");
    let said = hearth(&here, &["train", "people.csv", "--design", "model.zip", "--out", "third.hearth.zip"]);
    assert_eq!(said.code, 0, "{said:?}");
    let onnx = |name: &str, project: &str| {
        let said = hearth(&here, &["package", project, "--out", name]);
        assert_eq!(said.code, 0, "{said:?}");
        archive::read(&read(&here, name), LIMITS).expect("a package").get("model.onnx").expect("a model").to_vec()
    };
    let first = onnx("a.zip", "people.hearth.zip");
    assert!(first == onnx("b.zip", "again.hearth.zip"), "trained once more it is another model");
    assert!(first == onnx("c.zip", "third.hearth.zip"), "from its package's design it is another model");
}

#[test]
fn the_gate_says_no_where_a_check_fails_or_a_limit_is_not_reached() {
    let here = copy("gate");
    let said = hearth(&here, &["gate", "model.zip", "--at-least", "roc_auc=0.99"]);
    assert!(said.code == 3 && said.out.contains("NO  ROC AUC at least 0.99: failed."), "{said:?}");
    let said = hearth(&here, &["gate", "model.zip", "--at-least", "roc_auc=0.55", "--at-most", "brier_score=0.4"]);
    assert_eq!(said.code, 0, "{said:?}");
    let (code, object) = json(&here, &["gate", "model.zip", "--at-least", "rmse=1"]);
    assert_eq!(code, 1);
    assert!(object["problems"][0]["cure"].as_str().is_some_and(|cure| cure.contains("roc_auc")), "{object}");
    let said = hearth(&here, &["gate", "model.zip", "--at-least", "much"]);
    assert!(said.code == 1 && said.err.contains("--at-least roc_auc=0.8"), "{said:?}");

    let said = hearth(&here, &["gate", "people.hearth.zip", "--run", "Baseline"]);
    assert!(said.code == 3 && said.out.contains("NO  It has learned something"), "{said:?}");

    write(&here, "chance.csv", people(3, 300, true));
    let said = hearth(&here, &["train", "chance.csv", "--design", "design.json"]);
    assert_eq!(said.code, 0, "{said:?}");
    let (code, object) = json(&here, &["gate", "chance.hearth.zip", "--run", "Linear", "--strict"]);
    assert_eq!((code, &object["verdict"]), (3, &"refused".into()), "{object}");
}

#[test]
fn later_rows_are_quiet_until_something_changes() {
    let here = copy("monitor");
    let (code, object) = json(&here, &["monitor", "model.zip", "later.csv"]);
    assert_eq!(code, 0, "{object}");
    assert_eq!(object["report"]["n_outcomes"], 400);
    assert_eq!(object["columns"]["time"], "joined");
    let later = String::from_utf8(read(&here, "later.csv")).expect("UTF-8");
    let turned = later.replace(",yes\n", ",?\n").replace(",no\n", ",yes\n").replace(",?\n", ",no\n");
    write(&here, "turned.csv", turned);
    let said = hearth(&here, &["monitor", "people.hearth.zip", "turned.csv"]);
    assert!(said.code == 3 && said.out.contains("ALARM") && said.out.contains("concept drift"), "{said:?}");
    let said = hearth(&here, &["monitor", "model.zip", "later.csv", "--outcome", "lived"]);
    assert!(said.code == 1 && said.err.contains("“lived”") && said.err.contains("survived"), "{said:?}");
}

#[test]
fn newer_rows_are_treated_as_the_project_treats_its_own() {
    let here = copy("like");
    let said = hearth(&here, &["train", "later.csv", "--like", "people.hearth.zip"]);
    assert_eq!(said.code, 0, "{said:?}");
    let (code, object) = json(&here, &["validate", "later.hearth.zip"]);
    assert_eq!((code, object["runs"].as_array().map(Vec::len)), (0, Some(2)), "{object}");
    write(&here, "other.csv", "a,b,c,d\n1,2,3,4\n5,6,7,8\n9,1,2,3\n");
    let said = hearth(&here, &["train", "other.csv", "--like", "people.hearth.zip"]);
    assert!(said.code == 1 && said.err.contains("fewer than half"), "{said:?}");
}

#[test]
fn a_look_at_the_test_set_is_counted_in_the_project() {
    let here = copy("looks");
    for look in 1..=2 {
        let (code, object) = json(&here, &["validate", "people.hearth.zip", "--run", "Linear", "--open-test-set"]);
        assert_eq!((code, &object["runs"][0]["test_set"]["look"]), (0, &look.into()), "{object}");
    }
    let said = hearth(&here, &["validate", "model.zip", "--open-test-set"]);
    assert!(said.code == 1 && said.err.contains("without its test set"), "{said:?}");
}

#[test]
fn without_a_design_the_target_is_guessed_and_said() {
    let here = copy("guess");
    let (code, object) = json(&here, &["train", "people.csv", "--target", "port", "--out", "port.hearth.zip"]);
    assert_eq!(code, 0, "{object}");
    let names: Vec<&str> =
        object["runs"].as_array().expect("runs").iter().filter_map(|run| run["name"].as_str()).collect();
    assert!(names.starts_with(&["Baseline", "Linear", "Boosted trees", "Random forest"]), "{names:?}");
    let said = hearth(&here, &["train", "people.csv", "--target", "harbour"]);
    assert!(said.code == 1 && said.err.contains("age, port, joined, survived"), "{said:?}");
}

#[test]
fn the_commands_in_a_package_s_own_page_do_what_they_say() {
    let here = copy("retrain");
    std::fs::rename(here.join("people.csv"), here.join("data.csv")).expect("a file can be renamed");
    let package = archive::read(&read(&here, "model.zip"), LIMITS).expect("a package");
    let page = String::from_utf8(package.get("README.md").expect("a page").to_vec()).expect("UTF-8");
    let (_, actions) = page.split_once("GitHub Actions").expect("the section");
    let (actions, gitlab) = actions.split_once("GitLab").expect("the other section");
    let commands = |text: &str| -> Vec<String> {
        text.lines().filter_map(|line| line.trim().strip_prefix("hearth ")).map(str::to_owned).collect()
    };
    assert_eq!(commands(actions), commands(gitlab));
    assert_eq!(commands(actions).len(), 4, "{actions}");
    for command in commands(actions) {
        let said = hearth(&here, &command.split(' ').collect::<Vec<_>>());
        assert_eq!(said.code, 0, "{command}: {said:?}");
    }
}

#[cfg(feature = "neural")]
#[test]
fn networks_train_too_and_the_same_way_twice() {
    let here = copy("networks");
    let mut design = small_design(600);
    let all = hearth::design::Design::default_for(design.dataset.clone(), hearth::dataset::Task::Binary, 600, 3);
    design.candidates.push(all.candidates.last().expect("the network is the last").clone());
    write(&here, "network.json", design.to_text());
    for out in ["a", "b"] {
        let project = format!("{out}.hearth.zip");
        let (code, object) = json(&here, &["train", "people.csv", "--design", "network.json", "--out", &project]);
        assert_eq!((code, &object["runs"][2]["name"]), (0, &"Neural network".into()), "{object}");
        let better = object["runs"][2]["checks"][0].clone();
        assert_eq!(better["outcome"], "passed", "{better}");
        let run = ["package", &project, "--run", "Neural network", "--out", &format!("{out}.zip")];
        let said = hearth(&here, &run);
        assert_eq!(said.code, 0, "{said:?}");
    }
    assert!(read(&here, "a.zip") == read(&here, "b.zip"), "the packages differ");
}

#[cfg(not(feature = "neural"))]
#[test]
fn without_the_trainer_a_network_fails_by_name_and_the_rest_is_kept() {
    let here = copy("no_networks");
    let mut design = small_design(600);
    let all = hearth::design::Design::default_for(design.dataset.clone(), hearth::dataset::Task::Binary, 600, 3);
    design.candidates.push(all.candidates.last().expect("the network is the last").clone());
    write(&here, "network.json", design.to_text());
    let said = hearth(&here, &["train", "people.csv", "--design", "network.json", "--out", "p.hearth.zip"]);
    assert!(said.code == 1 && said.err.contains("Neural network") && said.err.contains("shell-neural"), "{said:?}");
    assert_eq!(hearth(&here, &["gate", "p.hearth.zip", "--run", "Linear"]).code, 0);
}

#[test]
fn help_teaches_and_a_wrong_line_is_told_apart_from_failed_work() {
    let here = folder("help");
    let said = hearth(&here, &["--help"]);
    assert!(said.code == 0 && said.out.contains("Exit codes: 0 done;") && said.out.contains("hearth gate"), "{said:?}");
    for command in ["train", "validate", "gate", "package", "verify", "score", "monitor", "report"] {
        assert_eq!(hearth(&here, &[command, "--help"]).code, 0, "{command}");
    }
    assert_eq!(hearth(&here, &["trian", "x.csv"]).code, 2);
    assert_eq!(hearth(&here, &["train"]).code, 2);
}

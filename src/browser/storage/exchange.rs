//! A project as one file.

use web_sys::File;

use super::Inner;
use crate::job::Problem;
use crate::studio::project::Project;

impl Inner {
    pub(super) async fn write_project_file(&self, project: &Project) -> Result<(), Problem> {
        Err(not_yet(&project.name))
    }

    pub(super) async fn open_project_file(&self, file: &File) -> Result<(), Problem> {
        Err(not_yet(&file.name()))
    }
}

fn not_yet(place: &str) -> Problem {
    Problem {
        place: place.into(),
        event: "This version cannot read or write project files yet.".into(),
        kept: "Nothing was changed.".into(),
        cure: String::new(),
    }
}

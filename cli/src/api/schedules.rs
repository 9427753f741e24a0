//! Schedules.

use chrono::{DateTime, Utc};
use reqwest::Method;
use ruche_api::{
    BackfillSchedule, CreateSchedule, FilledSchedule, PreviewSchedule, ReplaceSchedule, Schedule, SchedulePage, SchedulePreview,
    ScheduleRule, Task, TickPage,
};
use ruche_domain::ScheduleName;
use serde::de::DeserializeOwned;

use super::{ApiError, Client, PATIENCE};

const SCHEDULES: &str = "api/v1/schedules";

impl Client {
    /// A page of schedules, by name.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn schedules(&self, limit: u32, cursor: Option<&str>) -> Result<SchedulePage, ApiError> {
        self.page(SCHEDULES, limit, cursor).await
    }

    /// One schedule.
    ///
    /// # Errors
    /// When there is no such schedule, among others.
    pub async fn schedule(&self, name: &ScheduleName) -> Result<Schedule, ApiError> {
        self.get(&format!("{SCHEDULES}/{name}")).await
    }

    /// Creates a schedule.
    ///
    /// # Errors
    /// When there is one of this name, among others.
    pub async fn create_schedule(&self, schedule: &CreateSchedule) -> Result<Schedule, ApiError> {
        self.read(self.request(Method::POST, SCHEDULES).json(schedule).timeout(PATIENCE)).await
    }

    /// Replaces a schedule that has this revision.
    ///
    /// # Errors
    /// When somebody else has changed it meanwhile, among others.
    pub async fn replace_schedule(
        &self,
        name: &ScheduleName,
        revision: u64,
        schedule: &ReplaceSchedule,
    ) -> Result<Schedule, ApiError> {
        let request = self.request(Method::PUT, &format!("{SCHEDULES}/{name}")).json(schedule);
        self.read(request.header("if-match", format!("\"{revision}\"")).timeout(PATIENCE)).await
    }

    /// Deletes a schedule.
    ///
    /// # Errors
    /// When there is no such schedule, among others.
    pub async fn delete_schedule(&self, name: &ScheduleName) -> Result<(), ApiError> {
        self.send(self.request(Method::DELETE, &format!("{SCHEDULES}/{name}")).timeout(PATIENCE)).await.map(drop)
    }

    /// Pauses a schedule, or resumes it.
    ///
    /// # Errors
    /// When there is no such schedule, among others.
    pub async fn set_schedule_paused(&self, name: &ScheduleName, paused: bool) -> Result<Schedule, ApiError> {
        let verb = if paused { "pause" } else { "resume" };
        self.read(self.request(Method::POST, &format!("{SCHEDULES}/{name}/{verb}")).timeout(PATIENCE)).await
    }

    /// Makes a schedule's task now.
    ///
    /// # Errors
    /// When its overlap policy does not let it, among others.
    pub async fn run_schedule(&self, name: &ScheduleName) -> Result<Task, ApiError> {
        self.read(self.request(Method::POST, &format!("{SCHEDULES}/{name}/run")).timeout(PATIENCE)).await
    }

    /// Makes the tasks that ticks of a past time have not made.
    ///
    /// # Errors
    /// When the time holds too many ticks, among others.
    pub async fn backfill_schedule(&self, name: &ScheduleName, window: &BackfillSchedule) -> Result<FilledSchedule, ApiError> {
        let request = self.request(Method::POST, &format!("{SCHEDULES}/{name}/backfill")).json(window);
        self.read(request.timeout(PATIENCE)).await
    }

    /// The next ticks of a schedule.
    ///
    /// # Errors
    /// When there is no such schedule, among others.
    pub async fn preview_schedule(
        &self,
        name: &ScheduleName,
        count: u32,
        after: Option<DateTime<Utc>>,
    ) -> Result<SchedulePreview, ApiError> {
        let url = self.preview_url(&format!("{SCHEDULES}/{name}/preview"), count, after);
        self.read(self.request_url(Method::GET, url).timeout(PATIENCE)).await
    }

    /// The next ticks of a rule.
    ///
    /// # Errors
    /// When it is none, among others.
    pub async fn preview_rule(
        &self,
        rule: ScheduleRule,
        count: u32,
        after: Option<DateTime<Utc>>,
    ) -> Result<SchedulePreview, ApiError> {
        let url = self.preview_url(&format!("{SCHEDULES}/preview"), count, after);
        self.read(self.request_url(Method::POST, url).json(&PreviewSchedule { rule }).timeout(PATIENCE)).await
    }

    /// A page of a schedule's ticks, the latest first.
    ///
    /// # Errors
    /// When there is no such schedule, among others.
    pub async fn ticks(&self, name: &ScheduleName, limit: u32, cursor: Option<&str>) -> Result<TickPage, ApiError> {
        self.page(&format!("{SCHEDULES}/{name}/ticks"), limit, cursor).await
    }

    pub(super) async fn page<T: DeserializeOwned>(&self, path: &str, limit: u32, cursor: Option<&str>) -> Result<T, ApiError> {
        let mut url = self.url(path);
        url.query_pairs_mut().append_pair("limit", &limit.to_string()).extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        self.read(self.request_url(Method::GET, url).timeout(PATIENCE)).await
    }

    fn preview_url(&self, path: &str, count: u32, after: Option<DateTime<Utc>>) -> url::Url {
        let mut url = self.url(path);
        url.query_pairs_mut()
            .append_pair("count", &count.to_string())
            .extend_pairs(after.map(|after| ("after", after.to_rfc3339())));
        url
    }
}

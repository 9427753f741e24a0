//! `--unique` and the options that go with it.

use ruche_api::{Unique, UniquePolicy};
use ruche_bootstrap::Failure;

use super::millis;
use crate::args::unique::{Policy, UniqueArgs};

/// What they say; `None` where none of them is given.
pub fn wish(args: &UniqueArgs) -> Result<Option<Unique>, Failure> {
    let wish = Unique {
        key: args.unique_key.clone(),
        args: args.unique_args.then_some(true),
        period_ms: args.unique_period.map(|seconds| millis("--unique-period", seconds)).transpose()?,
        states: (!args.unique_states.is_empty()).then(|| args.unique_states.iter().copied().map(Into::into).collect()),
        policy: args.unique_policy.map(|policy| match policy {
            Policy::Reject => UniquePolicy::Reject,
            Policy::Existing => UniquePolicy::Existing,
            Policy::Replace => UniquePolicy::Replace,
            Policy::Debounce => UniquePolicy::Debounce,
        }),
        max_wait_ms: args.unique_max_wait.map(|seconds| millis("--unique-max-wait", seconds)).transpose()?,
    };
    Ok((args.unique || wish != Unique::default()).then_some(wish))
}

//! One entry of the catalogue, and how it becomes a metric in a registry.

use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    core::{Collector, Desc},
};

/// Prometheus' type of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only ever rises, until the process starts anew.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Counts by size, in buckets.
    Histogram,
}

impl Kind {
    /// As in `# TYPE`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What a metric's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Seconds; of timestamps, since 1970.
    Seconds,
    /// Bytes.
    Bytes,
    /// 0 or 1.
    Flag,
}

impl Unit {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Flag => "0 or 1",
        }
    }
}

/// Which processes show a metric. `ruche up` shows all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownBy {
    /// Every process of Ruche.
    All,
    /// `ruche-server`.
    Server,
    /// `ruche-worker`.
    Worker,
}

impl ShownBy {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "server, worker",
            Self::Server => "server",
            Self::Worker => "worker",
        }
    }
}

/// An entry of the catalogue.
#[derive(Debug)]
pub struct Metric {
    /// As Prometheus knows it; of a histogram without `_bucket`, `_sum`, `_count`.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its unit.
    pub unit: Unit,
    /// Names of its labels.
    pub labels: &'static [&'static str],
    /// Who shows it.
    pub shown_by: ShownBy,
    /// What it tells; also the text of `# HELP`.
    pub meaning: &'static str,
    /// Upper bounds of a histogram's buckets; empty for other types.
    pub buckets: &'static [f64],
}

/// Registering fails when the registry has a metric of this name already: two servers need two registries.
type Registered<T> = Result<T, prometheus::Error>;

impl Metric {
    fn opts(&self) -> Opts {
        Opts::new(self.name, self.meaning)
    }

    fn histogram_opts(&self) -> HistogramOpts {
        HistogramOpts::new(self.name, self.meaning).buckets(self.buckets.to_vec())
    }

    /// Counters that server and worker each have a part of, perhaps in one process: what tells the parts apart is the entry's label
    /// `by`, whose value is the same for all of a part.
    ///
    /// # Errors
    /// When the registry has this part already.
    pub fn counters_by(&self, by: &str, registry: &Registry) -> Registered<IntCounterVec> {
        let others: Vec<&str> = self.labels.iter().copied().filter(|label| *label != "by").collect();
        added(registry, IntCounterVec::new(self.opts().const_label("by", by), &others)?)
    }

    /// The descriptor, for collectors that look when they are asked.
    ///
    /// # Errors
    /// When name or labels are invalid: a defect.
    pub fn describe(&self) -> Registered<Desc> {
        let labels = self.labels.iter().map(|label| (*label).to_owned()).collect();
        Desc::new(self.name.to_owned(), self.meaning.to_owned(), labels, std::collections::HashMap::new())
    }
}

macro_rules! registering {
    ($($(#[$doc:meta])* $name:ident -> $type:ty = |$entry:ident| $make:expr;)*) => {
        impl Metric {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// When the registry has a metric of this name already.
                pub fn $name(&self, registry: &Registry) -> Registered<$type> {
                    let $entry = self;
                    added(registry, $make?)
                }
            )*
        }
    };
}

registering! {
    /// A counter without labels.
    counter -> IntCounter = |entry| IntCounter::with_opts(entry.opts());
    /// A counter for each combination of label values.
    counters -> IntCounterVec = |entry| IntCounterVec::new(entry.opts(), entry.labels);
    /// A gauge of whole numbers without labels.
    int_gauge -> IntGauge = |entry| IntGauge::with_opts(entry.opts());
    /// A gauge of whole numbers for each combination of label values.
    int_gauges -> IntGaugeVec = |entry| IntGaugeVec::new(entry.opts(), entry.labels);
    /// A gauge without labels.
    gauge -> Gauge = |entry| Gauge::with_opts(entry.opts());
    /// A gauge for each combination of label values.
    gauges -> GaugeVec = |entry| GaugeVec::new(entry.opts(), entry.labels);
    /// A histogram without labels.
    histogram -> Histogram = |entry| Histogram::with_opts(entry.histogram_opts());
    /// A histogram for each combination of label values.
    histograms -> HistogramVec = |entry| HistogramVec::new(entry.histogram_opts(), entry.labels);
}

fn added<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> Registered<C> {
    registry.register(Box::new(collector.clone()))?;
    Ok(collector)
}

//! Which object store, and whether it can be used.

use std::{fmt, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{aws::AmazonS3Builder, path::Path};
use ruche_domain::{ArtifactId, Clock};

use crate::{
    ObjectError, Objects,
    objects::{LocalObjects, PartObjects},
};

/// Where bytes are kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// Files below a directory. Processes of one deployment have to share it.
    Directory(PathBuf),
    /// An S3 bucket, or one of a service that speaks S3.
    S3(Box<S3Place>),
}

/// A bucket and the way to it.
#[derive(Clone, Default)]
pub struct S3Place {
    /// Its name.
    pub bucket: String,
    /// What all objects' keys begin with, without slashes at its ends.
    pub prefix: String,
    /// Where the service is, if it is not Amazon's.
    pub endpoint: Option<String>,
    /// The bucket's region.
    pub region: Option<String>,
    /// Id and secret of an access key. Without one, what the machine says (`AWS_*` variables, its role) is used.
    pub key: Option<(String, String)>,
    /// Whether the endpoint may be plain HTTP.
    pub allow_http: bool,
}

impl fmt::Debug for S3Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Place").field("bucket", &self.bucket).field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => write!(f, "{}", path.display()),
            Self::S3(place) if place.prefix.is_empty() => write!(f, "s3://{}", place.bucket),
            Self::S3(place) => write!(f, "s3://{}/{}", place.bucket, place.prefix),
        }
    }
}

/// An object store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its description makes no sense.
    #[error("couldn't make sense of where artifacts are kept, {place}")]
    Settings {
        /// Where.
        place: Place,
        /// Why not.
        #[source]
        source: ObjectError,
    },
    /// An object could not be written, read and deleted there.
    #[error("couldn't {step} {place}, where artifacts are kept (artifacts.location)")]
    Unusable {
        /// What failed.
        step: &'static str,
        /// Where.
        place: Place,
        /// Why.
        #[source]
        source: ObjectError,
    },
}

impl Place {
    /// Opens the object store and tries it: writes, reads and deletes a few bytes.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn open(&self, clock: &dyn Clock) -> Result<Arc<dyn Objects>, OpenError> {
        let settings = |source| OpenError::Settings { place: self.clone(), source };
        let objects: Arc<dyn Objects> = match self {
            Self::Directory(path) => {
                let unusable = |source| OpenError::Unusable { step: "use the directory", place: self.clone(), source };
                Arc::new(LocalObjects::open(path.clone()).map_err(unusable)?)
            }
            Self::S3(place) => {
                let store = place.builder().build().map_err(|error| settings(error.into()))?;
                let prefix = Path::parse(&place.prefix).map_err(|error| settings(object_store::Error::from(error).into()))?;
                Arc::new(PartObjects::new(store, prefix))
            }
        };
        self.check(&*objects, clock).await?;
        Ok(objects)
    }

    async fn check(&self, objects: &dyn Objects, clock: &dyn Clock) -> Result<(), OpenError> {
        let failed = |step| move |source| OpenError::Unusable { step, place: self.clone(), source };
        let (id, text) = (ArtifactId::from(clock.new_task_id().as_uuid()), Bytes::from_static(b"ruche"));
        objects.put(id, text.clone()).await.map_err(failed("write to"))?;
        let pieces = objects.read(id, 0..text.len() as u64).await.map_err(failed("read from"))?;
        let read: Vec<Bytes> = pieces.try_collect().await.map_err(failed("read from"))?;
        objects.delete(id, None).await.map_err(failed("delete from"))?;
        if read.concat() != text {
            return Err(failed("read what was written to")(ObjectError::Failed("the bytes are others".into())));
        }
        Ok(())
    }
}

impl S3Place {
    fn builder(&self) -> AmazonS3Builder {
        let mut builder = match &self.key {
            Some((id, secret)) => AmazonS3Builder::new().with_access_key_id(id).with_secret_access_key(secret),
            None => AmazonS3Builder::from_env(),
        };
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        builder.with_bucket_name(&self.bucket).with_allow_http(self.allow_http)
    }
}

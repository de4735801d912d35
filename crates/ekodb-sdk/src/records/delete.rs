//! Deleting a record.

use super::{Remove, RemoveOptions};
use crate::{Collection, argument, request::Request};

impl<T> Collection<T> {
    /// Deletes a record: `DELETE /api/delete/{collection}/{id}`. It stays in the trash for 30 days:
    /// see [`restore_record`](Self::restore_record).
    ///
    /// It is repeated after an unclear failure, so
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) can also mean that this very call has
    /// deleted it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is no such record,
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `write` on the
    /// collection, and the transport's kinds.
    pub fn delete(&self, id: impl Into<String>) -> Remove {
        let (id, name) = (id.into(), self.name().to_owned());
        Request::with_options(self.client(), |call, options: RemoveOptions| async move {
            argument::record(&name, &id)?;
            let mut request = call.api().delete_record().collection(name).id(id);
            if let Some(bypass) = options.bypass_ripple {
                request = request.bypass_ripple(bypass);
            }
            call.run(request.prepare()).await.map(drop)
        })
    }
}

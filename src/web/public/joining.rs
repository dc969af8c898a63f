//! Somebody on the way into a workshop: which one, and what they carry.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};

use super::carried::Carried;
use super::workshop::{begun, find};
use crate::service::list_workshops::WorkshopSeats;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Client, Fields};

/// The workshop of the address, which has not begun, with what was typed and the numbers of the query. Where it has begun,
/// the page that says so is the answer.
pub struct Joining {
    /// The workshop.
    pub found: WorkshopSeats,
    /// The numbers.
    pub carried: Carried,
    /// What was typed.
    pub fields: Fields,
}

impl FromRequest<App> for Joining {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let slug = Path::<String>::from_request_parts(&mut parts, app).await.map_err(IntoResponse::into_response)?;
        let Ok(client) = Client::from_request_parts(&mut parts, app).await;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await;
        Self::read(app, &client, &slug, fields).await.map_err(IntoResponse::into_response)?
    }
}

impl Joining {
    async fn read(
        app: &App,
        client: &Client,
        slug: &str,
        fields: Result<Fields, WebError>,
    ) -> Result<Result<Self, Response>, WebError> {
        let (found, fields) = (find(app, slug).await?, fields?);
        let carried = Carried::read(app, client, &fields, found.structure).await?;
        Ok(if found.begun { Err(begun(app, &found, carried).await?) } else { Ok(Self { found, carried, fields }) })
    }
}

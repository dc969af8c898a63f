//! Log in and out. A session is a random token; the database holds only its hash.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{Error, Result};
pub use crate::store::user::User;
use crate::store::{self, Store};

/// Logs in: the token for the cookie, or nothing where e-mail or password is wrong. Both take the same time.
pub async fn log_in(
    store: &Store,
    email: &str,
    password: &str,
    session_hours: u32,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let user = store::user::by_email(store.read(), &email.trim().to_lowercase()).await?;
    let (hash, password) = (user.as_ref().map(|u| u.password_hash.clone()), password.to_owned());
    let right = tokio::task::spawn_blocking(move || match hash {
        Some(hash) => password_auth::verify_password(password, &hash).is_ok(),
        None => {
            // As slow as a wrong password, so that the time does not tell whether the account exists.
            password_auth::generate_hash(password);
            false
        }
    })
    .await
    .map_err(|e| Error::Internal(e.to_string()))?;
    let Some(user) = user.filter(|_| right) else { return Ok(None) };
    let token = hex::encode(rand::random::<[u8; 32]>());
    let (hash, expires_at) = (token_hash(&token), now + TimeDelta::hours(session_hours.into()));
    store
        .write(move |tx| {
            let (user, hash) = (user.clone(), hash.clone());
            Box::pin(async move { Ok::<_, Error>(store::user::begin_session(tx, &user, &hash, expires_at).await?) })
        })
        .await?;
    Ok(Some(token))
}

/// The user behind a session's token.
pub async fn user_of(store: &Store, token: &str, now: DateTime<Utc>) -> Result<Option<User>> {
    Ok(store::user::by_session(store.read(), &token_hash(token), now).await?)
}

/// Ends a session.
pub async fn log_out(store: &Store, token: &str, now: DateTime<Utc>) -> Result<()> {
    let hash = token_hash(token);
    store
        .write(move |tx| {
            let hash = hash.clone();
            Box::pin(async move { Ok(store::user::end_session(tx, &hash, now).await?) })
        })
        .await
}

fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

//! Signing in and out.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::access::{COOKIE, SelfOnly};
use super::body::Body;
use super::problem::{Problem, ProblemDocument};
use crate::db::users::User;
use crate::domain::identity::{Role, SiteId, UserId};
use crate::domain::region::Region;
use crate::domain::time::Timestamp;
use crate::pathway::sign_in::{Credentials, SESSION_LIFE, SignInError, SignedIn, sign_in};
use crate::pathway::sign_out::sign_out;
use crate::pathway::view::SiteName;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    username: String,
    password: String,
}

/// A person with an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBody {
    #[schema(value_type = String)]
    id: UserId,
    username: String,
    display_name: String,
    #[schema(value_type = String)]
    role: Role,
    sites: Vec<SiteName>,
}

impl UserBody {
    /// With the sites' names.
    pub fn of(user: &User, region: &Region) -> Self {
        let name = |id: &SiteId| region.site(id).map_or_else(|| id.to_string(), |site| site.name.clone());
        Self {
            id: user.id,
            username: user.username.clone(),
            display_name: user.display_name.clone(),
            role: user.role,
            sites: user.sites.iter().map(|id| SiteName { id: id.clone(), name: name(id) }).collect(),
        }
    }
}

/// A session just begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionCreated {
    /// Shown this once.
    token: String,
    csrf_token: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    user: UserBody,
}

/// The session in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionCurrent {
    /// Null for a machine's token, which needs none.
    csrf_token: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    user: UserBody,
}

/// Sign in.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", request_body = Login, responses(
    (status = 201, body = SessionCreated), (status = 401, body = ProblemDocument), (status = 429, body = ProblemDocument)
))]
pub async fn create(
    State(app): State<App>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Body(login): Body<Login>,
) -> Result<Response, Problem> {
    let from = peer.map(|axum::Extension(ConnectInfo(address))| address.ip().to_canonical());
    let credentials = Credentials { username: login.username, password: login.password };
    let SignedIn { token, csrf_token, expires_at, user } =
        sign_in(&app.desk, credentials, from).await.map_err(refused)?;
    let cookie = cookie(token.reveal(), SESSION_LIFE.0 * 60.0, &headers)?;
    let body = SessionCreated {
        token: token.reveal().to_owned(),
        csrf_token,
        expires_at,
        user: UserBody::of(&user, &app.desk.region),
    };
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], Json(body)).into_response())
}

fn refused(error: SignInError) -> Problem {
    match error {
        SignInError::Wrong => Problem::says(
            StatusCode::UNAUTHORIZED,
            "wrong_credentials",
            "Nom ou mot de passe incorrect.",
            "Wrong name or password.",
        ),
        SignInError::Throttled { wait } => {
            let seconds = HeaderValue::try_from(format!("{:.0}", (wait.0 * 60.0).ceil().max(1.0)));
            let problem = Problem::says(
                StatusCode::TOO_MANY_REQUESTS,
                "throttled",
                "Trop d'essais ; attendez avant de recommencer.",
                "Too many attempts; wait before trying again.",
            );
            match seconds {
                Ok(seconds) => problem.with_header(header::RETRY_AFTER, seconds),
                Err(_) => problem,
            }
        }
        SignInError::Interrupted(error) => Problem::internal(&error),
        SignInError::Db(error) => error.into(),
    }
}

/// Secure where the browser came over TLS, which a proxy in front says; a false claim harms its author alone.
fn cookie(value: &str, max_age_seconds: f64, headers: &HeaderMap) -> Result<HeaderValue, Problem> {
    let over_tls = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let secure = if over_tls { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age_seconds:.0}{secure}");
    HeaderValue::try_from(text).map_err(|error| Problem::internal(&error))
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/sessions/current", tag = "sessions", responses(
    (status = 200, body = SessionCurrent), (status = 401, body = ProblemDocument)
))]
pub async fn current(who: SelfOnly, State(app): State<App>) -> Json<SessionCurrent> {
    Json(SessionCurrent {
        csrf_token: who.session.csrf_token().map(str::to_owned),
        expires_at: who.session.expires_at(),
        user: UserBody::of(&who.actor.user, &app.desk.region),
    })
}

/// Sign out.
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "sessions", responses(
    (status = 204, description = "signed out"), (status = 401, body = ProblemDocument)
))]
pub async fn end(who: SelfOnly, State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    sign_out(&app.desk, &who.actor, &who.session).await?;
    let cookie = cookie("", 0.0, &headers)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

//! Who may call a handler: the permission stands in the handler's signature, and getting the value is the check.

use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use serde::Deserialize;

use super::App;
use super::problem::Problem;
use crate::domain::identity::{Action, CaseId, ConsultId};
use crate::pathway::authenticate::{Authenticated, authenticate};
use crate::pathway::desk::Actor;
use crate::pathway::open_consult::{Consult, view_consult};
use crate::pathway::view_case::site_of;
use crate::security::token::Token;

/// The browser's cookie.
pub const COOKIE: &str = "vigie_session";
/// The header that proves that a request with the cookie comes from our own page.
const CSRF_HEADER: &str = "x-csrf-token";

/// What a handler asks for; a type, so that it can stand in a signature.
pub trait Permission: Send + Sync + 'static {
    /// What the role must allow.
    const ACTION: Action;
    /// The action's name in the audit record of a reading or a refusal.
    const NAME: &'static str;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $action:ident, $audit:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Permission for $name {
                const ACTION: Action = Action::$action;
                const NAME: &'static str = $audit;
            }
        )*
    };
}

permissions! {
    /// See the ordered worklist and follow its events.
    ViewWorklist = ViewWorklist, "worklist.read";
    /// See a case.
    ViewCase = ViewCase, "case.read";
    /// See who is on call.
    ReadRota = ViewWorklist, "rota.read";
    /// See one's own notices and how one is reached.
    ReadNotices = ViewWorklist, "notices.read";
    /// Accept or decline a call.
    AnswerCall = ClaimCase, "call.answer";
    /// Call the specialist on call to a case.
    CallSpecialist = CallSpecialist, "call.ask";
    /// Raise an alert.
    RaiseAlert = RaiseAlert, "case.alert";
    /// Take a case and give it back.
    ClaimCase = ClaimCase, "case.claim";
    /// See images and what models saw on them.
    ViewImages = ViewImages, "images.read";
    /// Send images.
    StoreImages = StoreImages, "images.store";
    /// Attach a study to a case.
    AttachStudy = AttachStudy, "study.attach";
    /// Take part in a call.
    JoinConsult = JoinConsult, "consult.join";
    /// Record the diagnosis.
    DecideDiagnosis = DecideDiagnosis, "case.decide";
    /// Sign a report.
    SignReport = SignReport, "report.sign";
    /// Prescribe an examination.
    PrescribeProtocol = PrescribeProtocol, "protocol.prescribe";
    /// Read the orders of one's scanners and say what became of them.
    ConfirmProtocol = ConfirmProtocol, "protocol.confirm";
    /// See the transport options.
    ViewDispatch = ViewDispatch, "dispatch.read";
    /// Decide on a transport.
    DecideDispatch = DecideDispatch, "dispatch.decide";
    /// See the indicators.
    ViewIndicators = ViewIndicators, "indicators.read";
    /// Enter or correct a moment of a case.
    RecordMilestone = RecordMilestone, "case.milestone";
    /// Record a clinical scale.
    ScoreCase = ScoreCase, "case.score";
    /// Read the audit chain.
    ViewAudit = ViewAudit, "audit.read";
    /// Manage accounts, models and conflicts.
    Administer = Administer, "administer";
}

/// A value that only an authenticated and permitted request yields. Sealed: these four.
pub trait Guard: sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

/// A person who is signed in, whatever their role: for their own session only.
#[derive(Debug, Clone)]
pub struct SelfOnly {
    pub actor: Actor,
    pub session: Authenticated,
}

/// A person whose role allows `P`. What they see is still for the use case to narrow by site.
#[derive(Debug, Clone)]
pub struct Permit<P> {
    pub actor: Actor,
    pub session: Authenticated,
    permission: PhantomData<fn() -> P>,
}

/// A person whose role allows `P` and who sees the case `{id}` of the path.
#[derive(Debug, Clone)]
pub struct CaseAccess<P> {
    pub actor: Actor,
    pub case: CaseId,
    permission: PhantomData<fn() -> P>,
}

/// A person whose role allows `P` and who sees the case of the consultation `{id}` of the path.
#[derive(Debug, Clone)]
pub struct ConsultAccess<P> {
    pub actor: Actor,
    pub consult: Consult,
    permission: PhantomData<fn() -> P>,
}

impl sealed::Sealed for SelfOnly {}
impl<P> sealed::Sealed for Permit<P> {}
impl<P> sealed::Sealed for CaseAccess<P> {}
impl<P> sealed::Sealed for ConsultAccess<P> {}
impl Guard for SelfOnly {}
impl<P: Permission> Guard for Permit<P> {}
impl<P: Permission> Guard for CaseAccess<P> {}
impl<P: Permission> Guard for ConsultAccess<P> {}

impl FromRequestParts<App> for SelfOnly {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let session = signed_in(parts, app).await?;
        let actor = Actor { user: session.user.clone(), from: address(parts) };
        Ok(Self { actor, session })
    }
}

impl<P: Permission> FromRequestParts<App> for Permit<P> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let SelfOnly { actor, session } = permitted::<P>(parts, app).await?;
        if is_reading(parts) {
            app.desk.note_reading(&actor, P::NAME, None).await?;
        }
        Ok(Self { actor, session, permission: PhantomData })
    }
}

#[derive(Deserialize)]
struct IdPath {
    id: String,
}

async fn id_of<T: std::str::FromStr>(parts: &mut Parts, app: &App) -> Result<T, Problem> {
    let Path(IdPath { id }) = Path::from_request_parts(parts, app).await.map_err(|_| Problem::not_found())?;
    id.parse().map_err(|_| Problem::not_found())
}

impl<P: Permission> FromRequestParts<App> for CaseAccess<P> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let SelfOnly { actor, .. } = permitted::<P>(parts, app).await?;
        let case: CaseId = id_of(parts, app).await?;
        let site = site_of(&app.desk, case).await?;
        if !site.is_some_and(|site| app.desk.sight(&actor.user).sees(&site)) {
            app.desk.note_denial(&actor, P::NAME, Some(case.to_string())).await?;
            return Err(Problem::not_found());
        }
        if is_reading(parts) {
            app.desk.note_reading(&actor, P::NAME, Some(case.to_string())).await?;
        }
        Ok(Self { actor, case, permission: PhantomData })
    }
}

impl<P: Permission> FromRequestParts<App> for ConsultAccess<P> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let SelfOnly { actor, .. } = permitted::<P>(parts, app).await?;
        let id: ConsultId = id_of(parts, app).await?;
        let Ok(consult) = view_consult(&app.desk, &actor, id).await else {
            app.desk.note_denial(&actor, P::NAME, Some(id.to_string())).await?;
            return Err(Problem::not_found());
        };
        if is_reading(parts) {
            app.desk.note_reading(&actor, "consult.read", Some(id.to_string())).await?;
        }
        Ok(Self { actor, consult, permission: PhantomData })
    }
}

fn is_reading(parts: &Parts) -> bool {
    parts.method == Method::GET || parts.method == Method::HEAD
}

fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical())
}

async fn permitted<P: Permission>(parts: &mut Parts, app: &App) -> Result<SelfOnly, Problem> {
    let signed = SelfOnly::from_request_parts(parts, app).await?;
    if signed.actor.user.role.may(P::ACTION) {
        return Ok(signed);
    }
    app.desk.note_denial(&signed.actor, P::NAME, None).await?;
    Err(Problem::says(
        StatusCode::FORBIDDEN,
        "forbidden",
        "Votre rôle ne permet pas cette action.",
        "Your role does not allow this.",
    ))
}

/// How the token was presented decides whether the page must prove itself.
enum Presented {
    Bearer(Token),
    Cookie(Token),
}

fn presented(parts: &Parts) -> Option<Presented> {
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| Presented::Bearer(Token::presented(token.trim())));
    }
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| Presented::Cookie(Token::presented(token)))
}

async fn signed_in(parts: &Parts, app: &App) -> Result<Authenticated, Problem> {
    let (token, by_cookie) = match presented(parts).ok_or_else(unauthorized)? {
        Presented::Bearer(token) => (token, false),
        Presented::Cookie(token) => (token, true),
    };
    let session = authenticate(&app.desk, &token).await?.ok_or_else(unauthorized)?;
    if by_cookie && !is_reading(parts) {
        let sent = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
        let proven = session
            .csrf_token()
            .zip(sent)
            .is_some_and(|(expected, sent)| Token::presented(expected).is(sent));
        if !proven {
            return Err(Problem::says(
                StatusCode::FORBIDDEN,
                "csrf",
                "La page n'a pas prouvé son origine ; rechargez-la.",
                "The page did not prove its origin; reload it.",
            ));
        }
    }
    Ok(session)
}

fn unauthorized() -> Problem {
    Problem::says(
        StatusCode::UNAUTHORIZED,
        "unauthenticated",
        "Connectez-vous pour continuer.",
        "Sign in to go on.",
    )
    .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"vigie\""))
}

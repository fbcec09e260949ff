//! The protected routes: only handlers whose first argument is a [`Guard`] can be added.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};

use super::App;
use super::access::Guard;

/// The argument lists whose first is a guard. `M` is axum's own marker.
pub trait Led {}

impl<M, G: Guard> Led for (M, G) {}
impl<M, G: Guard, A> Led for (M, G, A) {}
impl<M, G: Guard, A, B> Led for (M, G, A, B) {}
impl<M, G: Guard, A, B, C> Led for (M, G, A, B, C) {}
impl<M, G: Guard, A, B, C, D> Led for (M, G, A, B, C, D) {}

/// A router of guarded handlers.
#[derive(Debug, Default)]
pub struct Guarded {
    router: Router<App>,
    routes: Vec<(&'static str, &'static str)>,
}

macro_rules! methods {
    ($($name:ident)*) => {
        $(
            /// Adds a handler for this method.
            #[must_use]
            pub fn $name<H, T>(self, path: &'static str, handler: H) -> Self
            where
                H: Handler<T, App>,
                T: Led + 'static,
            {
                self.add(stringify!($name), path, routing::$name(handler))
            }
        )*
    };
}

impl Guarded {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    methods! { get post put patch delete options }

    fn add(mut self, method: &'static str, path: &'static str, handler: MethodRouter<App>) -> Self {
        self.router = self.router.route(path, handler);
        self.routes.push((method, path));
        self
    }

    /// Method and path of every route, in the order added.
    #[must_use]
    pub fn routes(&self) -> &[(&'static str, &'static str)] {
        &self.routes
    }

    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

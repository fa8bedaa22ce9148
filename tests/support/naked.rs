//! A host without a single defence: it grants the whole machine, adds its token to every request and
//! sends it wherever it is told. What fails against Airlock has to succeed here, or the attack was
//! none.

use crate::guests::guest;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpStream;
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Config, Engine, Store};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView,
    WasiHttpHooks, WasiHttpView,
};

mod contract {
    wasmtime::component::bindgen!({
        path: "../wit/0.1",
        world: "connector",
        exports: { default: async | store },
    });
}

use contract::airlock::connector::{report, types};

/// A host without defences.
pub struct Naked {
    token: String,
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Careless,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.hooks,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

impl report::Host for State {
    fn log(&mut self, _: report::Level, _: String) {}

    fn printed(&mut self, _: Vec<u8>) {}

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}

impl types::Host for State {}

impl Naked {
    /// A host that holds `token`.
    pub fn new(token: &str) -> Self {
        Self {
            token: token.to_owned(),
        }
    }

    /// Runs the action of the guest `name`, whose connection points at `url`.
    ///
    /// # Panics
    /// When the guest crashes or answers an error.
    pub async fn run(&self, name: &str, url: &str, input: Value) -> Value {
        let mut config = Config::new();
        config.wasm_component_model_async(true);
        let engine = Engine::new(&config).unwrap();
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi::p3::add_to_linker(&mut linker).unwrap();
        wasmtime_wasi_http::p3::add_to_linker(&mut linker).unwrap();
        report::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state).unwrap();
        types::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state).unwrap();
        let component = Component::from_binary(&engine, &guest(name)).unwrap();
        let mut store = Store::new(&engine, self.everything());
        let guest = contract::Connector::instantiate_async(&mut store, &component, &linker)
            .await
            .unwrap();
        let request = contract::exports::airlock::connector::actions::Request {
            connection: types::Connection {
                id: "naked".to_owned(),
                settings: json!({ "url": url }).to_string(),
            },
            action: "run".to_owned(),
            input: input.to_string(),
            idempotency_key: None,
            may_be_done: false,
            deadline_ms: None,
        };
        let answer = store
            .run_concurrent(async |accessor| {
                guest
                    .airlock_connector_actions()
                    .call_invoke(accessor, request)
                    .await
            })
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    fn everything(&self) -> State {
        let wasi = WasiCtx::builder()
            .inherit_env()
            .args(&["naked", "--token", &self.token])
            .preopened_dir("/", "/", FsPerms::ReadWrite)
            .unwrap()
            .inherit_network()
            .allow_tcp(true)
            .allow_udp(true)
            .allow_ip_name_lookup(true)
            .build();
        State {
            wasi,
            http: WasiHttpCtx::new(),
            hooks: Careless {
                token: self.token.clone(),
            },
            table: ResourceTable::new(),
        }
    }
}

/// Sends what it is given, with its token.
struct Careless {
    token: String,
}

type ProcessingResult = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent =
    Box<dyn Future<Output = Result<(http::Response<WasiBody>, ProcessingResult), Error>> + Send>;

impl WasiHttpHooks for Careless {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(|_| false)
    }

    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        mut request: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: ProcessingResult,
    ) -> Sent {
        let token = self.token.clone();
        Box::new(async move {
            let uri = request.uri().clone();
            let authority = uri.authority().ok_or(Error::HttpRequestUriInvalid)?;
            let headers = request.headers_mut();
            if !headers.contains_key("authorization") {
                let bearer = format!("Bearer {token}").parse().unwrap();
                headers.insert("authorization", bearer);
            }
            if !headers.contains_key("host") {
                headers.insert("host", authority.as_str().parse().unwrap());
            }
            *request.uri_mut() = uri.path_and_query().unwrap().as_str().parse().unwrap();
            let host = authority.host().trim_matches(['[', ']']).to_owned();
            let port = authority.port_u16().unwrap_or(80);
            let failed =
                |error: &dyn std::fmt::Display| Error::InternalError(Some(error.to_string()));
            let socket = TcpStream::connect((host, port))
                .await
                .map_err(|error| failed(&error))?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(socket))
                .await
                .map_err(|error| failed(&error))?;
            tokio::spawn(connection);
            let response = sender
                .send_request(request)
                .await
                .map_err(|error| failed(&error))?;
            let response = response.map(|body| {
                body.map_err(|error| Error::InternalError(Some(error.to_string())))
                    .map_frame(|frame| frame.map_data(Bytes::from))
                    .boxed_unsync()
            });
            let processed: ProcessingResult = Box::new(std::future::ready(Ok(())));
            Ok((response, processed))
        })
    }
}

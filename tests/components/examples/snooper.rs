//! Looks for everything that lies around: environment, arguments, files, and sockets around the way
//! out. Tells what it found.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Behaviour, Call, Value, json, wasip3};
use std::fmt::Debug;
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use wasip3::sockets::types::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, TcpSocket};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let path = call.text("path")?;
        let address = call.text("address")?;
        let port = u16::try_from(call.amount("port")).unwrap_or_default();
        Ok(json!({
            "environment": std::env::vars().collect::<Vec<_>>(),
            "arguments": std::env::args().collect::<Vec<_>>(),
            "folders": wasip3::filesystem::preopens::get_directories().len(),
            "file": told(std::fs::read_to_string(path)),
            "folder": told(std::fs::read_dir("/").map(Iterator::count)),
            "write": told(std::fs::write(format!("{path}.written"), "was here")),
            "connect": told(TcpStream::connect((address, port)).map(drop)),
            "listen": told(TcpListener::bind(("127.0.0.1", 0)).map(drop)),
            "udp": told(udp(address, port)),
            "names": told((call.text("name")?, port).to_socket_addrs().map(Iterator::count)),
            "connect-p3": told(connect(port).await),
            "names-p3": told(
                wasip3::sockets::ip_name_lookup::resolve_addresses(call.text("name")?.to_owned())
                    .await
                    .map(|addresses| addresses.len()),
            ),
        }))
    }
}

fn udp(address: &str, port: u16) -> std::io::Result<usize> {
    UdpSocket::bind(("127.0.0.1", 0))?.send_to(b"hello", (address, port))
}

async fn connect(port: u16) -> Result<(), wasip3::sockets::types::ErrorCode> {
    let socket = TcpSocket::create(IpAddressFamily::Ipv4)?;
    socket
        .connect(IpSocketAddress::Ipv4(Ipv4SocketAddress {
            port,
            address: (127, 0, 0, 1),
        }))
        .await
}

fn told<T: Debug, E: Debug>(result: Result<T, E>) -> Value {
    match result {
        Ok(found) => json!({ "found": format!("{found:?}") }),
        Err(error) => json!({ "refused": format!("{error:?}") }),
    }
}

hostile_components::export!(Guest);

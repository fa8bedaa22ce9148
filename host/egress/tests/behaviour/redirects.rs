//! Redirects come in as they are and are followed by nobody.

use airlock_egress::SendOptions;

use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::get;
use crate::support::server::{Server, answer, answer_with};

#[tokio::test]
async fn a_redirect_reaches_the_guest_and_its_target_sees_nothing() {
    let target = Server::plain(|_| answer(200, "stolen")).await;
    let location = target.url("/steal");
    for status in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let server =
            Server::plain(move |_| answer_with(status, "location", &location, "moved")).await;
        let fixture = Fixture::new(local());
        let response = fixture
            .lane(everywhere())
            .send(get(&server.url("/")), SendOptions::default())
            .await
            .unwrap();
        assert_eq!(response.status(), status);
        assert!(
            response.headers()["location"]
                .to_str()
                .unwrap()
                .ends_with("/steal")
        );
        assert_eq!(server.seen().len(), 1);
    }
    assert_eq!(target.connections(), 0);
}

//! Proof Key for Code Exchange: the verifier of a code must belong to the challenge that asked for it.

use sha2::{Digest, Sha256};

use super::EntraError;
use super::encoding::encode;
use super::form::Form;
use super::grant::Challenge;

/// Length of verifiers and plain challenges.
const LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

impl Challenge {
    /// The challenge of an authorization request, if it has one.
    pub(super) fn read(form: &Form) -> Result<Option<Self>, EntraError> {
        let is_hashed = match form.get("code_challenge_method") {
            Some("S256") => true,
            Some("plain") | None => false,
            Some(other) => return Err(EntraError::challenge_method(other)),
        };
        let Some(value) = form.get("code_challenge") else {
            return Ok(None);
        };
        if !LENGTH.contains(&value.len()) || !value.chars().all(is_unreserved) {
            return Err(EntraError::challenge_size());
        }
        Ok(Some(Self {
            value: value.to_owned(),
            is_hashed,
        }))
    }

    /// Whether a verifier is the challenge's.
    pub(super) fn verify(&self, verifier: Option<&str>) -> Result<(), EntraError> {
        let verifier = verifier.ok_or_else(EntraError::verifier_missing)?;
        if !LENGTH.contains(&verifier.len()) || !verifier.chars().all(is_unreserved) {
            return Err(EntraError::verifier_size());
        }
        let expected = if self.is_hashed {
            encode(Sha256::digest(verifier))
        } else {
            verifier.to_owned()
        };
        if expected == self.value {
            Ok(())
        } else {
            Err(EntraError::verifier_wrong())
        }
    }
}

fn is_unreserved(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(query: &str) -> Result<Option<Challenge>, EntraError> {
        Challenge::read(&Form::parse(query.as_bytes()))
    }

    #[test]
    fn a_hashed_challenge_takes_its_verifier_only() {
        let query = format!("code_challenge={CHALLENGE}&code_challenge_method=S256");
        let challenge = read(&query).unwrap().unwrap();
        assert_eq!(challenge.verify(Some(VERIFIER)), Ok(()));
        let other = VERIFIER.replace('d', "e");
        assert_eq!(challenge.verify(Some(&other)).unwrap_err().number, 501_481);
        assert_eq!(challenge.verify(None).unwrap_err().number, 50_148);
        assert_eq!(challenge.verify(Some("short")).unwrap_err().number, 501_491);
    }

    #[test]
    fn a_plain_challenge_is_its_own_verifier() {
        let challenge = read(&format!("code_challenge={VERIFIER}"))
            .unwrap()
            .unwrap();
        assert_eq!(challenge.verify(Some(VERIFIER)), Ok(()));
    }

    #[test]
    fn what_is_no_challenge_is_refused() {
        assert_eq!(read("").unwrap(), None);
        assert_eq!(read("code_challenge=short").unwrap_err().number, 50_147);
        let query = format!("code_challenge={CHALLENGE}&code_challenge_method=S512");
        assert_eq!(read(&query).unwrap_err().number, 9_002_325);
    }
}

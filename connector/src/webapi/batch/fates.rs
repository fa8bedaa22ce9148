//! Which answer belongs to which request. Pure.

use super::{
    answer::{Answer, Answers},
    item::{Fate, Item, Part},
};

/// What became of each request; `None` when the answers are not those of these items.
pub(super) fn of(items: &[Item], answers: Vec<Answers>) -> Option<Vec<Fate>> {
    let mut answers = answers.into_iter();
    let mut fates: Vec<Fate> = Vec::new();
    let mut failed = false;
    for item in items {
        match (item, answers.next()) {
            (Item::Single(_), Some(Answers::Single(answer))) => {
                failed |= has_failed(&answer);
                fates.push(Fate::Answered(answer.response));
            }
            (Item::ChangeSet(parts), Some(Answers::Single(answer))) if has_failed(&answer) => {
                failed = true;
                fates.extend(undone(parts, answer));
            }
            (Item::ChangeSet(parts), Some(Answers::ChangeSet(answers))) => {
                let mut answers = answers;
                if let Some(at) = answers.iter().position(has_failed) {
                    failed = true;
                    fates.extend(undone(parts, answers.swap_remove(at)));
                } else if answers.len() == parts.len() {
                    fates.extend(answers.into_iter().map(|one| Fate::Answered(one.response)));
                } else {
                    return None;
                }
            }
            // The service stops at a failure unless it is told to go on.
            (item, None) if failed => fates.extend(item.parts().iter().map(|_| Fate::NotBegun)),
            _ => return None,
        }
    }
    answers.next().is_none().then_some(fates)
}

/// A change set that failed, with the one answer that it gets.
fn undone(parts: &[Part], answer: Answer) -> Vec<Fate> {
    let number: Option<usize> = answer.content_id.and_then(|id| id.parse().ok());
    let failing = match parts {
        [_] => Some(0),
        _ => parts.iter().position(|part| Some(part.number) == number),
    };
    (0..parts.len())
        .map(|at| match failing {
            Some(failing) if failing == at => Fate::Answered(answer.response.clone()),
            Some(_) => Fate::Undone,
            None => Fate::UndoneBy(answer.response.clone()),
        })
        .collect()
}

fn has_failed(answer: &Answer) -> bool {
    answer.response.status >= 400
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::{Method, Response};

    use super::*;
    use crate::webapi::headers::CallOptions;

    fn part(number: usize) -> Part {
        Part {
            number,
            method: Method::Patch,
            url: String::new(),
            options: CallOptions::default(),
            body: None,
        }
    }

    fn answer(content_id: Option<&str>, status: u16) -> Answer {
        Answer {
            content_id: content_id.map(str::to_owned),
            response: response(status),
        }
    }

    fn response(status: u16) -> Response {
        Response {
            status,
            ..Response::default()
        }
    }

    #[test]
    fn each_request_gets_the_answer_of_its_place() {
        let items = [
            Item::Single(part(1)),
            Item::ChangeSet(vec![part(2), part(3)]),
            Item::Single(part(4)),
        ];
        let single = |status| Answers::Single(answer(None, status));
        let good = Fate::Answered(response(204));
        let bad = Fate::Answered(response(404));
        let set = |first, second| {
            Answers::ChangeSet(vec![answer(None, first), answer(Some("3"), second)])
        };
        let table = [
            (
                vec![single(204), set(204, 204), single(204)],
                Some(vec![good.clone(), good.clone(), good.clone(), good.clone()]),
            ),
            (
                vec![
                    single(404),
                    Answers::Single(answer(Some("3"), 404)),
                    single(204),
                ],
                Some(vec![bad.clone(), Fate::Undone, bad.clone(), good.clone()]),
            ),
            (
                vec![single(204), Answers::Single(answer(None, 404))],
                Some(vec![
                    good.clone(),
                    Fate::UndoneBy(response(404)),
                    Fate::UndoneBy(response(404)),
                    Fate::NotBegun,
                ]),
            ),
            (
                vec![single(204), set(204, 404), single(204)],
                Some(vec![good.clone(), Fate::Undone, bad.clone(), good.clone()]),
            ),
            (
                vec![single(404)],
                Some(vec![bad, Fate::NotBegun, Fate::NotBegun, Fate::NotBegun]),
            ),
            // Nothing failed, and yet answers are missing, too many, or of another kind.
            (vec![single(204)], None),
            (vec![single(204), single(204), single(204)], None),
            (vec![set(204, 204), set(204, 204), single(204)], None),
            (
                vec![single(204), set(204, 204), single(204), single(204)],
                None,
            ),
        ];
        for (answers, expected) in table {
            let shown = format!("{answers:?}");
            assert_eq!(of(&items, answers), expected, "{shown}");
        }
    }
}

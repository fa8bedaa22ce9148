//! Components as bytes, each heavy in one way, and none as heavy as what it asks for.

use super::*;

const MIB: u64 = 1 << 20;

fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![id];
    bytes.extend(leb(content.len()));
    bytes.extend(content);
    bytes
}

fn component(sections: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.extend(sections.concat());
    bytes
}

/// `count` values of type i32.
fn i32s(count: usize) -> Vec<u8> {
    let mut bytes = leb(count);
    bytes.extend(vec![0x7f; count]);
    bytes
}

/// A module whose functions take and give `values` and all have this body.
fn module(values: usize, functions: usize, locals: usize, code: &[u8]) -> Vec<u8> {
    let kind = [vec![1, 0x60], i32s(values), i32s(values)].concat();
    let mut declared = leb(functions);
    declared.extend(vec![0; functions]);
    let body = [vec![1], leb(locals), vec![0x7f], code.to_vec(), vec![0x0b]].concat();
    let mut bodies = leb(functions);
    for _ in 0..functions {
        bodies.extend(leb(body.len()));
        bodies.extend(&body);
    }
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    bytes.extend(section(1, &kind));
    bytes.extend(section(3, &declared));
    bytes.extend(section(10, &bodies));
    section(1, &bytes)
}

fn weighed(module: Vec<u8>) -> u64 {
    Weight::of(&component(&[module]), 2).unwrap().bytes()
}

#[test]
fn locals_times_blocks_are_weighed_and_not_their_sum() {
    let blocks = |count| [0x02, 0x40, 0x0b].repeat(count);
    let heavy = weighed(module(0, 1, 50_000, &blocks(20_000)));
    assert!(heavy > 2_000 * MIB, "{} MiB", heavy >> 20);
    for light in [
        module(0, 1, 50_000, &blocks(10)),
        module(0, 1, 10, &blocks(20_000)),
    ] {
        let light = weighed(light);
        assert!(light < 64 * MIB, "{} MiB", light >> 20);
    }
}

#[test]
fn values_that_are_handed_over_are_weighed_once_for_each_hand() {
    // Two bytes each: `call 0`, and `br_if 0` to the function's own label.
    for code in [[0x10, 0].repeat(100_000), [0x0d, 0].repeat(100_000)] {
        let heavy = weighed(module(1_000, 1, 0, &code));
        assert!(heavy > 2_000 * MIB, "{} MiB", heavy >> 20);
        let light = weighed(module(2, 1, 0, &code));
        assert!(light < 700 * MIB, "{} MiB", light >> 20);
    }
    let mut table = vec![0x0e];
    table.extend(leb(100_000));
    table.extend(vec![0; 100_001]);
    let heavy = weighed(module(1_000, 1, 0, &table));
    assert!(heavy > 2_000 * MIB, "{} MiB", heavy >> 20);
}

#[test]
fn many_functions_weigh_what_they_leave_behind_and_only_some_are_compiled_at_once() {
    let many = weighed(module(0, 500_000, 0, &[]));
    assert!(many > 2_900 * MIB, "{} MiB", many >> 20);
    // A hundred of 5 MiB each, two at a time.
    let some = weighed(module(0, 100, 0, &[0x01].repeat(10_000)));
    assert!(some < 40 * MIB, "{} MiB", some >> 20);
}

#[test]
fn the_refusal_names_the_setting_and_the_function() {
    let code = [0x02, 0x40, 0x0b].repeat(20_000);
    let wasm = component(&[module(0, 1, 50_000, &code)]);
    let weight = Weight::of(&wasm, 2).unwrap();
    let text = weight.within(1 << 30).unwrap_err().to_string();
    for part in [
        "compile-memory-bytes",
        "function 0",
        "50000 locals",
        "20001 blocks",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(weight.within(u64::MAX).is_ok());
}

/// `count` instances of core module 0, as a section of a component.
fn core_instances(count: usize) -> Vec<u8> {
    let mut content = leb(count);
    content.extend([0, 0, 0].repeat(count));
    section(2, &content)
}

#[test]
fn one_instance_has_few_core_instances_and_tables() {
    let empty = || module(0, 0, 0, &[]);
    let few = [empty(), core_instances(4)];
    assert!(Weight::of(&component(&few), 1).is_ok());
    let many = [empty(), core_instances(5)];
    let text = Weight::of(&component(&many), 1).unwrap_err().to_string();
    assert!(text.contains("more than 4 core module instances"), "{text}");
    let tables = {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        bytes.extend(section(4, &[3, 0x70, 0, 0, 0x70, 0, 0, 0x70, 0, 0]));
        section(1, &bytes)
    };
    assert!(Weight::of(&component(&[tables.clone(), core_instances(1)]), 1).is_ok());
    let text = Weight::of(&component(&[tables, core_instances(2)]), 1)
        .unwrap_err()
        .to_string();
    assert!(text.contains("more than 4 tables"), "{text}");
}

#[test]
fn components_inside_a_component_have_no_code_of_their_own() {
    let inner = component(&[module(0, 0, 0, &[]), core_instances(1)]);
    let text = Weight::of(&component(&[section(4, &inner)]), 1)
        .unwrap_err()
        .to_string();
    assert!(text.contains("several components"), "{text}");
}

#[test]
fn what_cannot_be_read_is_refused_shortly() {
    for broken in [
        &b"\0asm\x0d\0\x01\0\x01\xff\xff\xff\xff\x0f"[..],
        b"\0asm",
        b"",
    ] {
        let text = Weight::of(broken, 1).unwrap_err().to_string();
        assert!(text.len() < 600, "{text}");
    }
}

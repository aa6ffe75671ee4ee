//! Chapter 17: owners, and a list that is freed by a loop.

use std::rc::Rc;
use step17::{Variable, add};

/// A list: each node owns the next one, if there is one.
struct Node {
    next: Option<Rc<Node>>,
}

impl Drop for Node {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(node) = next {
            // `None` if the rest of the list has another owner: it stays.
            next = Rc::into_inner(node).and_then(|mut node| node.next.take());
        }
    }
}

#[test]
fn a_million_nodes_are_freed() {
    let mut head = Rc::new(Node { next: None });
    let last = Rc::downgrade(&head);
    for _ in 0..1_000_000 {
        head = Rc::new(Node { next: Some(head) });
    }
    let half = head.next.clone().unwrap();
    drop(head);
    assert_eq!(last.strong_count(), 1);
    drop(half);
    assert_eq!(last.strong_count(), 0);
}

#[test]
fn the_owners_of_a_variable_used_twice() {
    let a = Variable::from(1.0);
    assert_eq!((Rc::strong_count(&a), Rc::weak_count(&a)), (1, 0));
    let y = add(&a, &a);
    assert_eq!((Rc::strong_count(&a), Rc::weak_count(&a)), (3, 0));
    assert_eq!((Rc::strong_count(&y), Rc::weak_count(&y)), (1, 1));
    drop(y);
    assert_eq!((Rc::strong_count(&a), Rc::weak_count(&a)), (1, 0));
}

"""Arrays, lists, queues, heaps, trees, sets and hash tables beside Python's own, whatever is done to them."""

import math
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hashing
from abacus.errors import BadInput
from containers import Array, LinkedList, Queue
from sorting import Counter
from trees import AVL, Heap, UnionFind, height

small = st.integers(0, 40)
moves = st.lists(st.tuples(st.sampled_from(["put", "put", "take"]), small), max_size=120)
few = settings(max_examples=60, deadline=None)


@few
@given(moves)
def test_an_array_is_a_list_and_moves_each_value_three_times_at_most(moves):
    array, plain = Array(), []
    for move, value in moves:
        if move == "put":
            array.append(value)
            plain.append(value)
        elif plain:
            assert array.pop() == plain.pop()
        assert [array[i] for i in range(len(array))] == plain
    assert array.copies <= 3 * len(moves)


def test_appending_alone_moves_fewer_than_two_values_for_each():
    array = Array()
    for n in range(1, 2000):
        array.append(n)
        assert array.copies < 2 * n
    array[7] = "seven"
    assert array[7] == "seven" and array[8] == 9


@few
@given(moves)
def test_a_queue_is_a_deque_and_a_linked_list_a_stack(moves):
    queue, line, links, stack = Queue(), deque(), LinkedList(), []
    for move, value in moves:
        if move == "put":
            queue.push(value)
            line.append(value)
            links.push(value)
            stack.append(value)
        elif line:
            assert queue.pop() == line.popleft()
            assert links.pop() == stack.pop()
        assert len(queue) == len(line) and list(links) == stack[::-1]
    assert list(LinkedList(stack)) == stack


@few
@given(moves)
def test_in_a_heap_none_is_less_than_the_one_above_it_and_the_least_comes_out(moves):
    less = Counter()
    heap, plain = Heap(less=less), []
    for move, value in moves:
        less.asked, n = 0, len(plain)
        if move == "put":
            heap.push(value)
            plain.append(value)
            assert less.asked <= math.log2(n + 1)
        elif plain:
            assert heap.pop() == min(plain)
            plain.remove(min(plain))
            assert less.asked <= 2 * math.log2(n)
        assert all(heap._row[i] >= heap._row[(i - 1) // 2] for i in range(1, len(heap)))


@few
@given(st.lists(small, max_size=60))
def test_a_heap_is_built_by_fewer_than_two_comparisons_a_value(values):
    less = Counter()
    heap = Heap(values, less)
    assert less.asked < max(1, 2 * len(values))
    assert [heap.pop() for _ in range(len(heap))] == sorted(values)


def balance(node):
    """The height under a node, after every order and every balance (eq. 3) has been looked at."""
    if node is None:
        return 0
    left, right = balance(node.left), balance(node.right)
    assert abs(left - right) <= 1 and node.height == 1 + max(left, right)
    assert not node.left or node.left.key < node.key
    assert not node.right or node.right.key > node.key
    return node.height


@few
@given(moves)
def test_an_avl_tree_is_a_sorted_set_whose_sides_differ_by_one_at_most(moves):
    tree, plain = AVL(), set()
    for move, key in moves:
        if move == "put":
            tree.add(key)
            plain.add(key)
        elif key in plain:
            tree.remove(key)
            plain.remove(key)
        balance(tree.root)
        assert list(tree) == sorted(plain) and (key in tree) == (key in plain)
        assert height(tree.root) <= 1.4405 * math.log2(len(plain) + 2) - 0.3277 + 1e-3  # the law's four digits


@pytest.mark.parametrize("order", [range(1000), reversed(range(1000)), sorted(range(1000), key=lambda k: k % 7)])
def test_no_order_of_adding_makes_a_tree_high(order):
    assert height(AVL(order).root) <= 1.4405 * math.log2(1002)


@few
@given(st.lists(st.tuples(small, small), max_size=60))
def test_union_find_knows_the_same_sets_as_merging_them_by_hand(pairs):
    sets, plain = UnionFind(range(41)), {i: {i} for i in range(41)}
    for a, b in pairs:
        assert sets.union(a, b) == (plain[a] is not plain[b])
        if plain[a] is not plain[b]:
            plain[a] |= plain[b]
            plain |= dict.fromkeys(plain[b], plain[a])
        assert sets.sets == len({id(s) for s in plain.values()})
    assert all((sets.find(i) == sets.find(j)) == (plain[i] is plain[j]) for i in range(41) for j in range(41))


def test_no_way_to_a_root_is_longer_than_the_logarithm():
    sets = UnionFind(range(1024))
    for gap in (2**k for k in range(10)):  # the worst order: equal sets, always
        for i in range(0, 1024, 2 * gap):
            sets.union(i, i + gap)
    sets.steps = 0
    sets.find(1023)
    assert sets.steps <= 10


@pytest.mark.parametrize("kind", [hashing.Chaining, hashing.Probing])
@few
@given(st.lists(st.tuples(st.sampled_from(["put", "put", "take", "look"]), st.integers(0, 9), small), max_size=120))
def test_a_hash_table_is_a_dict_even_where_all_keys_collide(kind, moves):
    for scramble in (hashing.fnv1a, lambda key: key % 3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hashing, "fnv1a", scramble)
            table, plain = kind(slots=2), {}
            for move, key, value in moves:
                if move == "put":
                    table.put(key, value)
                    plain[key] = value
                elif move == "take" and key in plain:
                    table.remove(key)
                    del plain[key]
                assert len(table) == len(plain) and table.get(key, "nothing") == plain.get(key, "nothing")
            assert all(table.get(key) == plain.get(key) for key in range(41))


def test_the_scrambler_is_fnv_1a():
    """Its authors' own examples, 64 bits."""
    assert hashing.fnv1a("") == 0xCBF29CE484222325
    assert hashing.fnv1a("a") == 0xAF63DC4C8601EC8C
    assert hashing.fnv1a(b"foobar") == 0x85944171F73967E8
    assert len({hashing.fnv1a(k) for k in (-300, -1, 0, 1, 255, 256, "1")}) == 7


def test_a_key_whose_own_slot_is_emptied_moves_into_it():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "fnv1a", lambda key: 0)
        for gone in range(4):
            table = hashing.Probing()
            for key in range(4):
                table.put(key, key)
            table.remove(gone)
            assert [table.get(key) for key in range(4)] == [None if key == gone else key for key in range(4)]


@pytest.mark.parametrize("kind", [hashing.Chaining, hashing.Probing])
def test_a_whole_number_is_one_key_of_whatever_type_it_is(kind):
    table = kind(slots=np.int64(4))
    for key in np.array([-(2**63), -1, 0, 7, 2**63 - 1]):
        table.put(key, "NumPy's")
        assert table.get(int(key)) == "NumPy's" and hashing.fnv1a(key) == hashing.fnv1a(int(key))
        table.put(int(key), "Python's")
        assert table.get(key) == "Python's"
    table.remove(np.uint8(7))
    assert len(table) == 4 and table.get(7) is None


def test_the_name_of_a_file_that_is_not_utf_8_is_a_key():
    table, name = hashing.Probing(), b"caf\xe9".decode(errors="surrogateescape")
    table.put(name, 1)
    assert table.get(name) == 1 and table.get("café") is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Array().pop(), "pop from an empty array"),
        (lambda: Array()[0], "index 0 of an array of 0 values"),
        (lambda: Queue().pop(), "empty queue"),
        (lambda: LinkedList().pop(), "empty list"),
        (lambda: Heap().pop(), "empty heap"),
        (lambda: AVL([1]).remove(2), "2 is not in the tree"),
        (lambda: UnionFind("ab").union("a", "c"), "'c' is in none of the sets"),
        (lambda: hashing.Probing().put(1.5, 0), "1.5 is no key"),
        (lambda: hashing.Probing().remove("a"), "'a' is not in the table"),
        (lambda: hashing.Chaining().remove("a"), "'a' is not in the table"),
        (lambda: hashing.Config(slots=5, keys=5, tables=2), "keys=5"),
        (lambda: hashing.Probing(slots=0), "slots=0"),
        (lambda: hashing.Chaining(load=-1), "load=-1"),
        (lambda: hashing.Probing(slots=2.5), "slots=2.5"),
        (lambda: hashing.Chaining(slots="8"), "slots='8'"),
        (lambda: hashing.Chaining(load="1"), "load='1'"),
        (lambda: hashing.Probing(load=math.nan), "load=nan"),
        (lambda: hashing.Probing().put(np.float64(1), 0), "is no key"),
        (lambda: hashing.Probing().put(math.nan, 0), "nan is no key"),
        (lambda: AVL([1, math.nan]), "nan is no key"),
        (lambda: UnionFind([1, math.nan]), "nan is no thing"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)

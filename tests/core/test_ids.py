from streams.core.ids import hashed_id


def test_an_id_is_a_function_of_its_parts_and_their_order() -> None:
    assert hashed_id("p", "rule") == hashed_id("p", "rule")
    assert len({hashed_id("a", "b"), hashed_id("b", "a"), hashed_id("ab"), hashed_id("a", "b", "")}) == 4
    assert len(hashed_id("p")) == 32

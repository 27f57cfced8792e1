package swivel.arm;

/** What the rows of all tables have in common: what is in their patterns. */
sealed interface Row extends Instruction permits A32, T32, Vfp, Neon {

    /** The row's pattern. */
    BitPattern bits();

    @Override
    default String pattern() {
        return bits().characters();
    }

    @Override
    default boolean matches(int word) {
        return bits().matches(word);
    }

    @Override
    default boolean isAsItShouldBe(int word) {
        return bits().isAsItShouldBe(word);
    }

    @Override
    default int canonical(int word) {
        return bits().canonical(word);
    }
}

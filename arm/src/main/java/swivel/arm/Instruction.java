package swivel.arm;

/** A row of an instruction table. */
public sealed interface Instruction permits Row {

    /** The row's name, unique in its table. */
    String name();

    /** The row's place in its table, from 0. */
    int ordinal();

    /** The row's 16 or 32 bits, most significant first. */
    String pattern();

    Sensitivity sensitivity();

    default boolean isSensitive() {
        return sensitivity() != Sensitivity.NONE;
    }

    /** The first architecture version that has this instruction. */
    ArmVersion since();

    /** Whether a word is of this row, earlier rows aside. */
    boolean matches(int word);

    /** Whether the should-be-zero and should-be-one bits of a word of this row are so; if not, it is UNPREDICTABLE. */
    boolean isAsItShouldBe(int word);

    /** A word of this row: {@code word} with the fixed and the should-be bits put right, the fields as they are. */
    int canonical(int word);

    /** The condition of a word of this row, {@link Fields#AL} if it has none; an IT block gives one beside it. */
    int condition(int word);

    /** What a word of this row operates on; one of T32 as outside of an IT block. */
    Arguments arguments(int word);
}

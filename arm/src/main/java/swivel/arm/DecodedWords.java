package swivel.arm;

/** What words of an instruction set mean, as they were decoded last. For one thread. */
public final class DecodedWords {
    /** Spreads words that differ in a few bits over the table: 2^32 divided by the golden ratio. */
    private static final int SPREAD = 0x9e37_79b9;

    private final InstructionSet set;
    private final int shift;
    private final int[] words;
    private final Instruction[] rows;
    private final Arguments[] arguments;

    /**
     * Makes one that knows no word yet.
     *
     * @param bits log2 of how many words are kept: fewer are found less often, more would be out of the host's caches
     */
    public DecodedWords(InstructionSet set, int bits) {
        this.set = set;
        shift = Integer.SIZE - bits;
        words = new int[1 << bits];
        rows = new Instruction[1 << bits];
        arguments = new Arguments[1 << bits];
    }

    /**
     * Where {@link #row} and {@link #arguments} have a word from now on, until this is called again. Of T32 as outside
     * of IT blocks ({@link Instruction#arguments}).
     */
    public int find(int word) {
        int place = word * SPREAD >>> shift;
        if (words[place] != word || rows[place] == null) {
            Instruction row = set.decode(word);
            words[place] = word;
            rows[place] = row;
            arguments[place] = row.arguments(word);
        }
        return place;
    }

    public Instruction row(int place) {
        return rows[place];
    }

    public Arguments arguments(int place) {
        return arguments[place];
    }
}

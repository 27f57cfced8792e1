package swivel.cpu;

import swivel.memory.Snapshot;

/**
 * The registers of VFP and Advanced SIMD (ARM DDI 0406C, A2.6.2), as words: s(n) is word n, d(n) is words 2n and 2n +
 * 1. While emitted code uses them they are with their {@link Home}, and come back when somebody else asks.
 */
public final class FpRegisters implements Snapshot {
    /** Words of d0 to d31. */
    public static final int REGISTERS = 64;

    /** FPSCR but for N, Z, C and V. */
    public static final int FPSCR = 64;

    /** These, at their places in FPSCR. */
    public static final int NZCV = 65;

    /**
     * Which instructions are undefined in programs: {@link #NO_VFP} and others. Whoever runs the processor writes it.
     */
    public static final int DISABLED = 66;

    /** The same in a kernel. */
    public static final int DISABLED_IN_KERNEL = 67;

    /** FPEXC, of which only {@link #EN} is there. */
    public static final int FPEXC = 68;

    /**
     * What {@link #DISABLED} and {@link #DISABLED_IN_KERNEL} are while FPEXC.EN is set; without it there is
     * {@link #NO_VFP}, too.
     */
    public static final int NOT_ALLOWED = 69;

    public static final int NOT_ALLOWED_IN_KERNEL = 70;

    /** FPEXC.EN, by its number and as a mask. */
    public static final int EN_BIT = 30;

    public static final int EN = 1 << EN_BIT;

    /** In {@link #DISABLED}: all of VFP and of Advanced SIMD. */
    public static final int NO_VFP = 1;

    /** In {@link #DISABLED}: those of Advanced SIMD. */
    public static final int NO_SIMD = 2;

    /** In {@link #DISABLED}: those that name one of d16 to d31. */
    public static final int NO_D32 = 4;

    /** The first of four doublewords, by its number, that an instruction may use between its micro-operations. */
    public static final int SCRATCH = 36;

    public static final int WORDS = 2 * (SCRATCH + 4);

    /** Where the registers are while emitted code runs. */
    public interface Home {
        /** Copies them out; they are here from now on. */
        void giveBack(int[] words);
    }

    private final int[] words = new int[WORDS];
    private Home home;

    /** All words, here. They may be changed until emitted code runs again. */
    public int[] words() {
        if (home != null) {
            home.giveBack(words);
            home = null;
        }
        return words;
    }

    /** The registers go to a home, which copies these words. */
    public int[] moveTo(Home newHome) {
        words();
        home = newHome;
        return words;
    }

    public static long doubleword(int[] words, int d) {
        return (long) words[2 * d + 1] << 32 | words[2 * d] & 0xffff_ffffL;
    }

    public static void setDoubleword(int[] words, int d, long value) {
        words[2 * d] = (int) value;
        words[2 * d + 1] = (int) (value >>> 32);
    }

    /** Writes a value to words from one on. */
    public void fill(int first, int count, int value) {
        int[] here = words();
        for (int i = 0; i < count; i++) {
            here[first + i] = value;
        }
    }

    /** Makes this a copy of another. */
    public void copy(FpRegisters other) {
        System.arraycopy(other.words(), 0, words(), 0, WORDS);
    }

    /** What the guest can see; not what is disabled. */
    @Override
    public void fields(Archive fields) {
        int[] here = words();
        for (int n = 0; n <= NZCV; n++) {
            here[n] = fields.word(here[n]);
        }
        here[FPEXC] = fields.word(here[FPEXC]);
        fields.require((here[FPEXC] & ~EN) == 0, "FPEXC");
    }
}

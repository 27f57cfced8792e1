package swivel.cpu.jit;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.ir.MicroOp.*;
import static swivel.cpu.jit.BlockCode.bit;

import java.util.Arrays;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.MicroInfo;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.CodeSpace;
import swivel.memory.GuestMemory;

/**
 * What the translation of a block depends on beside the block: the code in its page that its jumps lead to, and words
 * of its page. Each question is noted with its answer: whoever kept the translation may use it as long as the same
 * questions have the same answers ({@link #agrees}).
 */
public final class LookAhead {
    /** In place of slots: flags are read ({@link #writtenAt}). */
    public static final long READ = -1;

    // Questions.
    private static final int LIVE = 0;
    private static final int WRITTEN = 1;
    private static final int WORD = 2;
    private static final int JUMP = 3;

    /** Ints of a question with its answer: which it is, about what address, and the two halves of the answer. */
    static final int ANSWER_INTS = 4;

    private final CodeSpace space;
    private CodeBlock block;
    private int[] answers = new int[16 * ANSWER_INTS];
    private int length;

    public LookAhead(CodeSpace space) {
        this.space = space;
    }

    /** From now on it is asked for a block's sake. */
    public void begin(CodeBlock newBlock) {
        block = newBlock;
        length = 0;
    }

    private void note(int question, int address, long answer) {
        if (length == answers.length) {
            answers = Arrays.copyOf(answers, 2 * length);
        }
        answers[length++] = question;
        answers[length++] = address;
        answers[length++] = (int) answer;
        answers[length++] = (int) (answer >>> 32);
    }

    /** How many ints {@link #copyTo} copies. */
    int length() {
        return length;
    }

    /** Copies all questions with their answers. */
    void copyTo(int[] ints, int at) {
        System.arraycopy(answers, 0, ints, at, length);
    }

    /** Whether questions that were copied have the same answers now. */
    boolean agrees(int[] ints, int from, int to) {
        for (int i = from; i < to; i += ANSWER_INTS) {
            int address = ints[i + 1];
            long answer = ints[i + 2] & 0xffff_ffffL | (long) ints[i + 3] << 32;
            long now = switch (ints[i]) {
                case LIVE -> findLive(address);
                case WRITTEN -> findWritten(address);
                case JUMP -> findJump(address);
                default -> findWord(address);
            };
            if (now != answer) {
                return false;
            }
        }
        return true;
    }

    /**
     * The block at a place; null if it was not lifted yet, so that it may never be executed, or is in another page.
     */
    private CodeBlock at(int place) {
        return isSamePage(place) ? space.neighbour(block, place) : null;
    }

    /** Whether a place is in the block's page. */
    boolean isSamePage(int place) {
        return (place ^ block.pc) >>> GuestMemory.PAGE_SHIFT == 0;
    }

    /**
     * The word at an address in the same page, a multiple of 4. When it changes, the block's translation is dropped.
     */
    int word(int address) {
        int word = findWord(address);
        note(WORD, address, word);
        return word;
    }

    private int findWord(int address) {
        return space.word(block, address);
    }

    /**
     * If there is a jump in the page at a place and nothing else that does anything: how many instructions it has, in
     * the upper half, and where it leads; else the place, and 0.
     */
    long jumpAt(int place) {
        long jump = findJump(place);
        note(JUMP, place, jump);
        return jump;
    }

    private long findJump(int place) {
        CodeBlock block = at(place);
        boolean jumps = block != null && (block.code[0] & 0xff) == JMP && (block.code[0] >>> 8 & 0xff) != CALL;
        return jumps && isSamePage(block.code[1])
                ? (long) block.length << 32 | block.code[1] & 0xffff_ffffL
                : place & 0xffff_ffffL;
    }

    /** Flags that may be read from a place on before they are written. */
    int liveAt(int place) {
        int live = findLive(place);
        note(LIVE, place, live);
        return live;
    }

    private int findLive(int place) {
        return liveAt(place, LOOK_AHEAD);
    }

    /**
     * If flags at a place are not read by anything but who leaves there, until all of them are written: the slots that
     * are written before the last place where that could be; else {@link #READ}.
     */
    long writtenAt(int place) {
        long written = findWritten(place);
        note(WRITTEN, place, written);
        return written;
    }

    /** How many jumps are followed to learn which flags are live. */
    static final int LOOK_AHEAD = 2;

    /**
     * Flags that may be read from a place on before they are written. All of them for other pages, since only
     * what is in a block's own page is sure to be dropped together with it.
     */
    private int liveAt(int target, int depth) {
        CodeBlock block = depth > 0 ? at(target) : null;
        if (block == null) {
            return ALL;
        }
        if (depth == LOOK_AHEAD && block.flagsLive >= 0) {
            return block.flagsLive;
        }
        int live = 0;
        int unknown = ALL;
        int skipEnd = 0;
        for (int i = 0; unknown != 0; i++) {
            if (leaves(block, i)) {
                return live | unknown;
            }
            int w = block.code[2 * i];
            int o = w & 0xff;
            int from = w >>> 8 & 0xff;
            int value = block.code[2 * i + 1];
            live |= MicroInfo.flagsRead(o, from) & unknown;
            if (o == SKIP) {
                skipEnd = Math.max(skipEnd, i + 1 + value);
            } else if (o == JCC || o == JZ) {
                live |= liveAt(value, depth - 1) & unknown;
            } else if (o == JMP) {
                live |= liveAt(value, depth - 1) & unknown;
            } else if ((MicroInfo.of(o) & LEAVES) != 0) {
                live |= unknown;
            }
            if (i >= skipEnd) {
                unknown &= ~MicroInfo.flagsWritten(o, value);
                if (isEnd(o)) {
                    break;
                }
            }
        }
        if (depth == LOOK_AHEAD) {
            block.flagsLive = live;
        }
        return live;
    }

    /**
     * If flags at a place are not read by anything but who leaves there, until all of them are written: the slots
     * that are written before the last place where that could be; else {@link #READ}. What is added to a slot in the
     * first block does not count: {@link FlagMark#compute} takes it away.
     */
    private long findWritten(int target) {
        long written = 0;
        long added = 0;
        long beforeExit = 0;
        int at = target;
        for (int depth = 0; depth < LOOK_AHEAD; depth++) {
            Block block = at(at);
            if (block == null) {
                return READ;
            }
            for (int i = 0; ; i++) {
                if (leaves(block, i)) {
                    beforeExit = written;
                }
                int w = block.code[2 * i];
                int o = w & 0xff;
                int value = block.code[2 * i + 1];
                int info = MicroInfo.of(o);
                int flags = MicroInfo.flagsWritten(o, value);
                if ((info & EXITS) != 0) {
                    beforeExit = written;
                }
                if (flags == ALL && MicroInfo.flagsRead(o, w >>> 8 & 0xff) == 0) {
                    return beforeExit;
                }
                if (o == JMP) {
                    at = value;
                    written |= added;
                    break;
                }
                if (isAddition(w) && depth == 0) {
                    added |= bit(w >>> 8 & 0xff);
                    continue;
                }
                if (flags != 0
                        || MicroInfo.flagsRead(o, w >>> 8 & 0xff) != 0
                        || (info & (LEAVES | CALLED_OUT | WRITES_STATUS)) != 0) {
                    return READ;
                }
                written |= (info & WRITES_D) != 0 ? bit(w >>> 8 & 0xff) : 0;
                written |= (info & WRITES_HIGH) != 0 ? bit(value & 0xff) : 0;
                written |= o == LDEX ? bit(w >>> 24) : 0;
            }
        }
        return READ;
    }

    /** Whether a micro-operation adds an immediate to a slot. */
    static boolean isAddition(int w) {
        return (w & 0xff) == ADDI && (w >>> 8 & 0xff) == (w >>> 16 & 0xff);
    }

    /** Whether a micro-operation is the first of an instruction that may leave in its middle. */
    private static boolean leaves(Block block, int first) {
        byte[] instruction = block.instruction;
        boolean leaves = false;
        if (first == 0 || instruction[first] != instruction[first - 1]) {
            for (int i = first; i < instruction.length && instruction[i] == instruction[first]; i++) {
                leaves |= (MicroInfo.of(block.code[2 * i] & 0xff) & EXITS) != 0;
            }
        }
        return leaves;
    }
}

package swivel.cpu.ir;

import swivel.cpu.AddressSpace;
import swivel.cpu.FpRegisters;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.fp.Interleaving;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.fp.Vectors;

/**
 * The micro-operations: what every instruction set is lifted to, and what every engine implements. Each constant's line
 * is its definition.
 *
 * <p>A micro-operation is two ints:
 *
 * <pre>
 *  31    24 23    16 15     8 7      0     31                    0
 * +--------+--------+--------+--------+   +-----------------------+
 * |   b    |   a    |   d    |   op   |   |          imm          |
 * +--------+--------+--------+--------+   +-----------------------+
 * </pre>
 *
 * d, a and b name slots of {@link UserState#r}: guest registers r0 to r14, thread-id registers, temporaries, system
 * slots. r15 is never an operand: the lifter knows its value. N, Z, C, V and Q are written only by operations that say
 * so. An operation that can abort changes nothing when it does.
 */
public final class MicroOp {
    private MicroOp() {}

    // Moves and integer arithmetic; no flags.

    /** d = a. */
    public static final int MOV = 0;
    /** d = imm. */
    public static final int MOVI = 1;
    /** d = a + b. */
    public static final int ADD = 2;
    /** d = a + imm. */
    public static final int ADDI = 3;
    /** d = a - b. */
    public static final int SUB = 4;
    /** d = imm - a. */
    public static final int RSBI = 5;
    /** d = a AND b. */
    public static final int AND = 6;
    /** d = a AND imm. */
    public static final int ANDI = 7;
    /** d = a OR b. */
    public static final int ORR = 8;
    /** d = a OR imm. */
    public static final int ORRI = 9;
    /** d = a EOR b. */
    public static final int EOR = 10;
    /** d = a EOR imm. */
    public static final int EORI = 11;
    /** d = a AND NOT b. */
    public static final int BIC = 12;
    /** d = NOT a. */
    public static final int MVN = 13;
    /** d = a + b + C. */
    public static final int ADC = 14;
    /** d = a - b - NOT C. */
    public static final int SBC = 15;

    // Arithmetic that sets N, Z, C and V as ADD, SUB, ADC and SBC with S do.

    /** d = a + b, flags. */
    public static final int ADDS = 16;
    /** d = a + imm, flags. */
    public static final int ADDSI = 17;
    /** d = a - b, flags. */
    public static final int SUBS = 18;
    /** d = a - imm, flags. */
    public static final int SUBSI = 19;
    /** d = a + b + C, flags. */
    public static final int ADCS = 20;
    /** d = a - b - NOT C, flags. */
    public static final int SBCS = 21;

    // Single flags.

    /** N = a[31], Z = (a == 0). */
    public static final int NZ = 22;
    /** N = b[31], Z = (a OR b) == 0: of the 64-bit value b:a. */
    public static final int NZ64 = 23;
    /** C = a[imm], imm in 0 to 31. */
    public static final int CBIT = 24;
    /** C = imm, 0 or 1. */
    public static final int CSET = 25;
    /** C = carry out of a LSL b[7:0]; unchanged if that is 0. */
    public static final int CLSL = 26;
    /** C = carry out of a LSR b[7:0]; unchanged if that is 0. */
    public static final int CLSR = 27;
    /** C = carry out of a ASR b[7:0]; unchanged if that is 0. */
    public static final int CASR = 28;
    /** C = carry out of a ROR b[7:0]; unchanged if that is 0. */
    public static final int CROR = 29;

    // Shifts; no flags. By b, the amount is b[7:0] and 32 or more shifts everything out.

    /** d = a LSL imm, imm in 0 to 31. */
    public static final int LSLI = 30;
    /** d = a LSR imm, imm in 0 to 31. */
    public static final int LSRI = 31;
    /** d = a ASR imm, imm in 0 to 31. */
    public static final int ASRI = 32;
    /** d = a ROR imm, imm in 0 to 31. */
    public static final int RORI = 33;
    /** d = a LSL b[7:0]. */
    public static final int LSL = 34;
    /** d = a LSR b[7:0]. */
    public static final int LSR = 35;
    /** d = a ASR b[7:0]. */
    public static final int ASR = 36;
    /** d = a ROR b[7:0]. */
    public static final int ROR = 37;
    /** d = C:a[31:1]. */
    public static final int RRX = 38;

    // Bit fields and bit counts. imm = lsb OR width SHL 8, width in 1 to 32, lsb + width at most 32.

    /** d = the field of a, zero-extended. */
    public static final int UBFX = 39;
    /** d = the field of a, sign-extended. */
    public static final int SBFX = 40;
    /** the field of d = a[width-1:0]; the rest of d stays. */
    public static final int BFI = 41;
    /** d = leading zeros of a, 0 to 32. */
    public static final int CLZ = 42;
    /** d = a with its bits reversed. */
    public static final int RBIT = 43;
    /** d = a with its bytes reversed. */
    public static final int REV = 44;

    // Multiplication and division.

    /** d = (a * b)[31:0]. */
    public static final int MUL = 45;
    /** imm:d = a * b, unsigned; imm names the slot of the high half. */
    public static final int UMULL = 46;
    /** imm:d = a * b, signed. */
    public static final int SMULL = 47;
    /** imm:d = imm:d + a * b, unsigned. */
    public static final int UMLAL = 48;
    /** imm:d = imm:d + a * b, signed. */
    public static final int SMLAL = 49;
    /** d = a / b unsigned, 0 if b is 0. */
    public static final int UDIV = 50;
    /** d = a / b signed, towards zero, 0 if b is 0. */
    public static final int SDIV = 51;

    // Rare arithmetic: what imm[7:0] names in Helpers, with parameter imm[31:8].

    /** d = helper(a, b); may set Q and GE. */
    public static final int HELPER = 52;
    /** slot imm[31:8] : d = helper64(that : d, a, b). */
    public static final int HELPER64 = 53;

    // Memory at a + imm, user permissions, little-endian. All may abort. Where SCTLR.A asks for it, or where the name
    // ends
    // in A, an address that is not a multiple of the size aborts.

    /** d = word. */
    public static final int LD32 = 54;
    /** d = aligned word. */
    public static final int LD32A = 55;
    /** d = halfword, zero-extended. */
    public static final int LD16U = 56;
    /** d = halfword, sign-extended. */
    public static final int LD16S = 57;
    /** d = byte, zero-extended. */
    public static final int LD8U = 58;
    /** d = byte, sign-extended. */
    public static final int LD8S = 59;
    /** word = d. */
    public static final int ST32 = 60;
    /** aligned word = d. */
    public static final int ST32A = 61;
    /** halfword = d[15:0]. */
    public static final int ST16 = 62;
    /** byte = d[7:0]. */
    public static final int ST8 = 63;
    /**
     * d = aligned value of imm bytes (1, 2, 4, 8) at a, zero-extended; of 8 bytes b is the high word. Tags: address,
     * size and value are remembered.
     */
    public static final int LDEX = 64;
    /**
     * If a with this size is tagged and imm[7:0] bytes there are still the value that was remembered, exchanges them,
     * at once for all cores, for b (high word of 8: slot imm[15:8]), and d = 0; else d = 1. Untags.
     */
    public static final int STEX = 65;
    /** Untags the exclusive address. */
    public static final int CLREX = 66;
    /**
     * Every access before it is seen before any behind it by the other cores of the machine; if imm is {@link #STORES},
     * every store (ARM DDI 0406C, A3.8.3).
     */
    public static final int FENCE = 93;

    // Control. Conditions are ARM's, 0 to 13.

    /** Skips the next imm micro-operations unless condition d holds. */
    public static final int SKIP = 67;
    /**
     * Ends the block at place imm: an address, with T32 in bit 0. d: {@link #PLAIN} or {@link #CALL}, a hint for return
     * prediction.
     */
    public static final int JMP = 68;
    /**
     * Ends the block at place imm, which is behind the instruction and in an IT block: CPSR.IT = d, a number. All other
     * jumps lead out of IT blocks.
     */
    public static final int JMPIT = 95;
    /** Ends the block at place imm if condition d holds. */
    public static final int JCC = 69;
    /** Ends the block at place imm if a is zero or, with d = 1, if it is not. */
    public static final int JZ = 94;
    /** Ends the block at place a. d: {@link #PLAIN}, {@link #CALL} or {@link #RETURN}. */
    public static final int JREG = 70;
    /** Ends the block with the trap of kind d and its payload imm. */
    public static final int TRAP = 71;

    // Status.

    /** d = NZCVQ, GE and E at their places, mode bits of user mode. */
    public static final int GETPSR = 72;
    /** NZCVQ and GE = a where imm has ones. */
    public static final int SETPSR = 73;
    /** CPSR.E = a[9]; a jump follows. */
    public static final int SETEND = 74;
    /** Counts a sensitive instruction that executes as in user mode; imm is its word. */
    public static final int NOTE = 75;

    // For the instructions of a kernel that runs in user mode (Intrinsics).

    /**
     * If a AND NOT b is not zero, ends the block at place imm, which is behind the instruction, with
     * {@link Trap.Attention}: something waits that is no longer held back.
     */
    public static final int CHECK = 76;
    /** If a is not zero, ends the block with the trap of kind d and its payload imm. */
    public static final int TRAPNZ = 77;

    /**
     * What an access's operation becomes when it has the rights of {@link AddressSpace#setUnprivileged} instead of the
     * space's own: {@link #LD32T} is {@link #LD32} so.
     */
    public static final int UNPRIVILEGED = 24;

    public static final int LD32T = LD32 + UNPRIVILEGED;
    public static final int LD16UT = LD16U + UNPRIVILEGED;
    public static final int LD16ST = LD16S + UNPRIVILEGED;
    public static final int LD8UT = LD8U + UNPRIVILEGED;
    public static final int LD8ST = LD8S + UNPRIVILEGED;
    public static final int ST32T = ST32 + UNPRIVILEGED;
    public static final int ST16T = ST16 + UNPRIVILEGED;
    public static final int ST8T = ST8 + UNPRIVILEGED;

    /** d = 0 if no address space maps the page of a, else not 0. */
    public static final int MAPPED = 92;
    /** imm:d = nanoseconds of the machine's time; imm names the slot of the high word. */
    public static final int TIME = 117;
    /**
     * Ends the block at place a in another space than the current one, which there must be. d: {@link #PEER} or
     * {@link #ALTERNATE}.
     */
    public static final int SWITCH = 91;

    // Of the media instructions, what compilers and libraries use.

    /** d = a + b; Q = 1 if that overflows, signed. */
    public static final int ADDQ = 88;
    /** d = (a * b)[47:16], signed. */
    public static final int MULW = 89;
    /** imm:d = a * b + d + imm, unsigned; imm names the slot of the high half. */
    public static final int UMAAL = 90;
    /** d = a + b or a - b, of each byte or halfword, as {@link Helpers#parallel} says of imm; may set GE. */
    public static final int PARALLEL = 103;
    /** d = bytes of a where GE is set, else of b. */
    public static final int SEL = 104;

    // Floating point.

    /** d = word imm of {@link FpRegisters}. */
    public static final int FGET = 97;
    /** word imm of {@link FpRegisters} = a. */
    public static final int FSET = 98;
    /** Executes the {@link ScalarOperation} whose code imm is on floating-point registers d, a and b. */
    public static final int FP = 99;

    /** Executes what code imm of {@link Vectors} says of each element of floating-point registers d, a and b. */
    public static final int VECTOR = 100;
    /** Moves elements of floating-point registers d, a and b as code imm of {@link Vectors} says. */
    public static final int PERMUTE = 101;
    /** words imm[7:0] on of {@link FpRegisters}, imm[15:8] of them, = a. */
    public static final int FILL = 102;

    // Doublewords of FpRegisters, named by number in d. An element is b bytes: 1, 2 or 4.

    /** d = doubleword at a + imm. Where SCTLR.A asks for it, an address that is not a multiple of an element aborts. */
    public static final int FLD64 = 110;
    /** d = doubleword at a + imm, which is a multiple of an element, or it aborts. */
    public static final int FLD64A = 111;
    /** doubleword at a + imm = d, else as {@link #FLD64}. */
    public static final int FST64 = 112;
    /** doubleword at a + imm = d, else as {@link #FLD64A}. */
    public static final int FST64A = 113;
    /** Aborts if a AND imm is not zero: the address of a load or, if d is 1, a store is not aligned. */
    public static final int ALIGN = 114;
    /**
     * b and those behind it = the structures in registers d and further, laid out as imm says ({@link Interleaving}).
     */
    public static final int INTERLEAVE = 115;
    /** d and further registers = what they hold as structures in memory, laid out as imm says. */
    public static final int DEINTERLEAVE = 116;

    /** Jump hints. */
    public static final int PLAIN = 0;

    public static final int CALL = 1;
    public static final int RETURN = 2;

    /**
     * Of a space: the one that it shares accesses with user permissions with ({@link AddressSpace#setUnprivileged}).
     */
    public static final int PEER = 0;

    /** Of a space: {@link AddressSpace#setAlternate}. */
    public static final int ALTERNATE = 1;

    /** What a {@link #FENCE} orders: stores among each other, or all accesses. */
    public static final int STORES = 0;

    public static final int ACCESSES = 1;

    /** Kinds of {@link #TRAP}; the payload is named behind each. */
    public static final int TRAP_SVC = 0; // the immediate

    public static final int TRAP_UNDEFINED = 1; // the word
    public static final int TRAP_SENSITIVE = 2; // the word
    public static final int TRAP_BREAKPOINT = 3; // the immediate
    public static final int TRAP_INTRINSIC = 4; // the instruction that the word stands for

    public static int pack(int op, int d, int a, int b) {
        return op | d << 8 | a << 16 | b << 24;
    }
}

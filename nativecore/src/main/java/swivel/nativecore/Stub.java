package swivel.nativecore;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * What of ours is in the child processes of a processor, which all share it: a program to begin with, and then one page
 * that is mapped beside the guest's, to be read and executed. In it is code that makes system calls, which the tracer
 * starts while the guest stands still.
 *
 * <pre>
 *  000  one system call, then a breakpoint
 *  010  a system call for each record, then a breakpoint
 *  070  the filter of system calls, as seccomp reads it
 *  200  records: number, address, bytes, protection, page of RAM
 * </pre>
 *
 * <p>The guest can read the page and jump into it. So the filter lets only the batch's instruction through, and only
 * with a key in the arguments that no memory of the child has: it is in registers, while the guest stands still.
 */
final class Stub {
    // System calls of Linux for 32-bit ARM (arch/arm/tools/syscall.tbl).
    static final int EXIT = 1;
    static final int PAUSE = 29;
    static final int GETPPID = 64;
    static final int MUNMAP = 91;
    static final int PRCTL = 172;
    static final int RT_SIGPROCMASK = 175;
    static final int MMAP2 = 192;
    static final int SECCOMP = 383;
    static final int CLOSE_RANGE = 436;
    static final int CACHEFLUSH = 0xf_0002;

    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int PROT_EXEC = 4;
    static final int MAP_SHARED_FIXED = 0x11;

    /** Numbers of the files that the child begins with: RAM, and the stub's page. All others are closed. */
    static final int RAM_FILE = 0;

    static final int PAGE_FILE = 1;

    // Where things are in the page.
    static final int CALL = 0;
    static final int BATCH = 0x10;
    /** Behind the only system call that the filter lets through. */
    private static final int BATCH_RETURN = 0x2c;

    private static final int FILTER_HEADER = 0x70;
    /** Eight bytes that are zero. */
    static final int NO_SIGNALS = 0x78;

    private static final int FILTER = 0x80;
    private static final int RECORDS = 0x200;
    private static final int RECORD_BYTES = 20;

    /** So many records fit. */
    static final int MAX_RECORDS = (GuestMemory.PAGE_SIZE - RECORDS) / RECORD_BYTES;

    private static final int[] CALL_CODE = {
        0xef000000, // svc  #0
        0xe1200070, // bkpt #0
    };

    /** r9: the first record; r10: how many are left; r3, r4, r8: the key; behind it r0: the last result. */
    private static final int[] BATCH_CODE = {
        0xe5997000, // ldr  r7, [r9]
        0xe5990004, // ldr  r0, [r9, #4]
        0xe5991008, // ldr  r1, [r9, #8]
        0xe0811008, // add  r1, r1, r8
        0xe599200c, // ldr  r2, [r9, #12]
        0xe5995010, // ldr  r5, [r9, #16]
        0xef000000, // svc  #0
        0xe3700a01, // cmn  r0, #4096      an error?
        0x8a000002, // bhi  to the breakpoint
        0xe2899014, // add  r9, r9, #20
        0xe25aa001, // subs r10, r10, #1
        0x1afffff3, // bne  to the first
        0xe1200070, // bkpt #0
    };

    /** Where in the program {@link #CALL_CODE} is. */
    static final int FIRST_CALL = ElfProgram.ENTRY + 14 * Integer.BYTES;

    /**
     * What a child begins with: it dies with its parent, or at once if that is dead already, and waits for the tracer.
     */
    static int[] program(int parent) {
        return new int[] {
            0xe3a00001, // mov   r0, #1      PR_SET_PDEATHSIG
            0xe3a01009, // mov   r1, #9      SIGKILL
            0xe3a07000 | PRCTL, // mov r7, #PRCTL
            0xef000000, // svc   #0
            0xe3a07000 | GETPPID, // mov r7, #GETPPID
            0xef000000, // svc   #0
            0xe59f1014, // ldr   r1, [pc, #20]
            0xe1500001, // cmp   r0, r1
            0x13a07000 | EXIT, // movne r7, #EXIT
            0x1f000000, // svcne #0
            0xe3a07000 | PAUSE, // mov r7, #PAUSE
            0xef000000, // svc   #0
            0xeafffffc, // b     to the one before
            parent,
            CALL_CODE[0],
            CALL_CODE[1],
        };
    }

    private static final MemorySegment HOST = HostMemory.ALL;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    /** Bits of mmap's flags that have no meaning for {@code MAP_SHARED}, which ignores them. */
    private static final int FREE_FLAGS = 0xfbe0_06c0;

    /** The program. */
    final HostRegion.SharedMemory program;

    /** The page. */
    final HostRegion.SharedMemory page;

    /** The key: flags of mmap with random bits, and how many bytes a length goes into its last page. */
    final int flags;

    final int lastBytes;

    /** @param parent number of this process */
    Stub(HostRegion region, int parent) {
        SecureRandom random = new SecureRandom();
        flags = MAP_SHARED_FIXED | random.nextInt() & FREE_FLAGS;
        lastBytes = 1 + random.nextInt(GuestMemory.PAGE_SIZE - 1);
        program = region.allocateForOthers("swivel-guest", GuestMemory.PAGE_SIZE);
        byte[] elf = ElfProgram.of(program(parent));
        MemorySegment.copy(elf, 0, HOST, ValueLayout.JAVA_BYTE, program.address(), elf.length);
        page = region.allocateForOthers("swivel-stub", GuestMemory.PAGE_SIZE);
        put(CALL, CALL_CODE);
        put(BATCH, BATCH_CODE);
    }

    private void put(int at, int... words) {
        MemorySegment.copy(words, 0, HOST, INT, page.address() + at, words.length);
    }

    /** Writes the filter for a child that has the page at an address; returns the address of the header there. */
    int writeFilter(int at) {
        int[] filter = filter(at + BATCH_RETURN, flags, lastBytes);
        put(FILTER_HEADER, filter.length / 2, at + FILTER);
        put(FILTER, filter);
        return at + FILTER_HEADER;
    }

    /** Writes a record that maps pages of RAM, or with no protection unmaps what is there. */
    void writeMapping(int index, int address, int bytes, int protection, int ramPage) {
        int withoutKey = bytes - GuestMemory.PAGE_SIZE;
        writeRecord(index, protection == 0 ? MUNMAP : MMAP2, address, withoutKey, protection, ramPage);
    }

    /** Writes a record that makes what was written visible as code. */
    void writeFlush(int index, int address, int bytes) {
        writeRecord(index, CACHEFLUSH, address, address + bytes - lastBytes, 0, 0); // it takes the end
    }

    private void writeRecord(int index, int number, int address, int length, int protection, int ramPage) {
        put(RECORDS + index * RECORD_BYTES, number, address, length, protection, ramPage);
    }

    /** Address of the records in a child that has the page at an address. */
    static int records(int at) {
        return at + RECORDS;
    }

    // Classic BPF (linux/filter.h), and what seccomp lets it load (linux/seccomp.h).
    private static final int LOAD = 0x20;
    private static final int AND = 0x54;
    private static final int JUMP_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int NUMBER = 0;
    private static final int INSTRUCTION = 8;
    private static final int ARGUMENT_1 = 24;
    private static final int ARGUMENT_3 = 40;
    private static final int ARGUMENT_4 = 48;
    private static final int ALLOW = 0x7fff_0000;
    private static final int TRAP = 0x0003_0000;

    /**
     * The filter: every system call raises SIGSYS, but for those of the batch that flush caches, or that map RAM or
     * unmap it with the key.
     */
    static int[] filter(int behindCall, int flags, int lastBytes) {
        return new int[] {
            LOAD,
            INSTRUCTION,
            jumpEqual(0, 12),
            behindCall,
            LOAD,
            NUMBER,
            jumpEqual(9, 0),
            CACHEFLUSH,
            jumpEqual(1, 0),
            MUNMAP,
            jumpEqual(0, 8),
            MMAP2,
            LOAD,
            ARGUMENT_3,
            jumpEqual(0, 6),
            flags,
            LOAD,
            ARGUMENT_4,
            jumpEqual(0, 4),
            RAM_FILE,
            LOAD,
            ARGUMENT_1,
            AND,
            GuestMemory.PAGE_SIZE - 1,
            jumpEqual(0, 1),
            lastBytes,
            RETURN,
            ALLOW,
            RETURN,
            TRAP,
        };
    }

    /** How many instructions are skipped if what was loaded is equal, and if not. */
    private static int jumpEqual(int equal, int other) {
        return JUMP_EQUAL | equal << 16 | other << 24;
    }
}

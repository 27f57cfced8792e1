package swivel.bench.parts;

import static swivel.cpu.UserState.PC;
import static swivel.cpu.UserState.SP;

import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.Processor;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.engine.Engine;
import swivel.encoding.TrapEncoding;
import swivel.memory.GuestMemory;

/** A processor without a hypervisor: RAM that is mapped to itself, and A32 code that ends with an SVC. */
final class ProcessorRig {
    static final int RAM = 0x4000_0000;
    static final int RAM_SIZE = 16 << 20;
    static final int CODE = RAM + (1 << 20);
    static final int DATA = RAM + (2 << 20);
    /** Enough for all of them. */
    static final long CODE_BYTES = 16 << 20;

    private static final int STACK = RAM + (8 << 20);

    final GuestMemory memory = new GuestMemory(RAM, RAM_SIZE);
    final Processor processor;
    final AddressSpace space;
    final UserState state = new UserState();

    ProcessorRig(String source, Engine engine) {
        this(source, engine, CODE_BYTES);
    }

    /**
     * Loads a guest.
     *
     * @param codeBytes the most memory that machine code may take
     */
    ProcessorRig(String source, Engine engine, long codeBytes) {
        processor = create(engine, memory, codeBytes);
        space = processor.newAddressSpace(ProcessorRig::fill, AddressSpace.Sensitive.EXECUTE);
        load(source, memory, CODE);
        state.r[SP] = STACK;
    }

    /** Makes a processor; one that this host has not got is an error. */
    static Processor create(Engine engine, GuestMemory memory, long codeBytes) {
        return engine.create(memory, codeBytes, obstacle -> {
            throw new IllegalStateException(obstacle);
        });
    }

    /**
     * Puts the words of A32 source at an address, sensitive instructions as encoded traps; there is no data among them.
     */
    static void load(String source, GuestMemory memory, int address) {
        int[] words = Assembler.assemble(address, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(address + 4 * i, TrapEncoding.encode(words[i]));
        }
    }

    private static boolean fill(AddressSpace space, int va, AddressSpace.Access access) {
        if (Integer.compareUnsigned(va - RAM, RAM_SIZE) >= 0) {
            return false;
        }
        space.map(va, va, true, true, true);
        return true;
    }

    /** Runs the code from its start to its SVC; anything else is a mistake in the benchmark. */
    Trap run() {
        state.r[PC] = CODE;
        Trap trap = processor.run(state, space);
        if (!(trap instanceof Trap.SupervisorCall)) {
            throw new IllegalStateException("the guest ended with " + trap);
        }
        return trap;
    }

    /** Runs it once and checks how many instructions it executes, since the scores are by instruction or by event. */
    void expect(long instructions) {
        long before = processor.instructions();
        run();
        long executed = processor.instructions() - before;
        if (executed != instructions) {
            throw new IllegalStateException("the guest executed " + executed + " instructions, not " + instructions);
        }
    }
}

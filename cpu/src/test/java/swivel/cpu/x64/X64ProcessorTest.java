package swivel.cpu.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.LiftsUnprivileged;
import swivel.cpu.Processor;
import swivel.cpu.TestEngine;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.engine.Engine;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.jit.JitProcessor;
import swivel.memory.GuestMemory;

/** What the engine promises beyond what every processor does: bounds, links that follow mappings, signals. */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "machine code is emitted for x86-64 under Linux")
class X64ProcessorTest {
    private static final int RAM_SIZE = 8 << 20;
    private static final int CODE = 0x8000;
    private static final int PAGE = GuestMemory.PAGE_SIZE;

    private final GuestMemory memory = new GuestMemory(0, RAM_SIZE);
    private final JitProcessor processor = TestEngine.emitting(memory, Engine.MIN_CODE_BYTES);
    private final UserState state = new UserState();
    private AddressSpace space = identity();

    private AddressSpace identity() {
        return processor.newAddressSpace(
                (s, va, access) -> {
                    if (Integer.compareUnsigned(va, RAM_SIZE) >= 0) {
                        return false;
                    }
                    s.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
    }

    private void load(int address, String source) {
        int[] words = Assembler.assemble(address, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(address + 4 * i, words[i]);
        }
    }

    private Trap runFrom(int address) {
        state.r[UserState.PC] = address;
        return processor.run(state, space);
    }

    private static final String ENDLESS_CALLS = """
                mov r0, #0
            1:  add r0, r0, #1
                cmp r0, #0x100000
                svceq #1
                bl  1b
            """;

    @Test
    void callsThatNeverReturnNeedNoMoreStackThanTheRest() {
        load(CODE, ENDLESS_CALLS);
        assertEquals(new Trap.SupervisorCall(1), runFrom(CODE));
        assertEquals(0x100000, state.r[0]);
    }

    @Test
    void returnsToWhereNobodyCalledFromReachTheirTargets() {
        load(CODE, """
                mov r4, #1000
            1:  adr lr, 2f
                bx  lr
                svc #1
            2:  bl  3f
                subs r4, r4, #1
                bne 1b
                svc #2
            3:  mov r5, lr
                bl  4f
                svc #3
            4:  mov lr, r5         @ the caller's caller
                bx  lr
            """);
        assertEquals(new Trap.SupervisorCall(2), runFrom(CODE));
    }

    /** An offset in RAM, as an address, must not pass for an access that is only unaligned. */
    @Test
    void accessWithUserPermissionsWhereThereIsNoUserSpaceAborts() {
        processor.setIntrinsics(new LiftsUnprivileged());
        AddressSpace.Filler filler = (s, va, access) -> {
            s.map(va, va, true, true, true);
            return true;
        };
        space = processor.newAddressSpace(filler, AddressSpace.Sensitive.COUNT);
        load(CODE, "strt r0, [r1]\n svc #9");
        state.r[0] = 5;
        state.r[1] = 0x1000;
        assertEquals(new Trap.DataAbort(0x1000, true, false, true), runFrom(CODE));
        assertEquals(0, memory.read32(0x1000));
    }

    /** Two processes whose code calls the same address, where each has a page of its own. */
    @Test
    void linksToAnotherPageFollowTheAddressSpace() {
        load(CODE, "bl 0xa000\n svc #0");
        load(0xa000, "mov r0, #1\n bx lr");
        load(0x1a000, "mov r0, #2\n bx lr");
        AddressSpace first = space;
        AddressSpace second = processor.newAddressSpace(
                (s, va, access) -> {
                    s.map(va, va >>> 12 == 0xa ? 0x1a000 : va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        for (int i = 0; i < 10; i++) {
            space = first;
            runFrom(CODE);
            assertEquals(1, state.r[0]);
            space = second;
            runFrom(CODE);
            assertEquals(2, state.r[0]);
        }
        // One of the two pages changes: the link to it, and only that, leads to the new code.
        load(0x1a000, "mov r0, #3\n bx lr");
        runFrom(CODE);
        assertEquals(3, state.r[0]);
        space = first;
        runFrom(CODE);
        assertEquals(1, state.r[0]);
    }

    @Test
    void remappedPageIsNotReachedThroughLinksCachesOrReturns() {
        load(CODE, "mov r5, lr\n bl 0xa000\n bx r5");
        load(0xa000, "mov r0, #1\n bx lr");
        load(0x1a000, "mov r0, #2\n bx lr");
        load(0x20000, "bl 0x8000\n svc #0");
        for (int i = 0; i < 5; i++) {
            runFrom(0x20000);
            assertEquals(1, state.r[0]);
        }
        space.map(0xa000, 0x1a000, true, true, true);
        runFrom(0x20000);
        assertEquals(2, state.r[0]);
        space.unmap(0xa000);
        space.map(0xa000, 0xa000, true, true, true);
        runFrom(0x20000);
        assertEquals(1, state.r[0]);
    }

    /**
     * The filler of a load puts another page where the code runs, as a guest's does that did not tell its TLB. The jump
     * behind it leads into that page; when it is dropped, nothing may lead to what was there.
     */
    @Test
    void jumpOutOfAPageThatWasReplacedWhileItRanIsNotLinked() {
        int va = 0x30000;
        int first = 0x40000;
        int second = 0x50000;
        int data = 0x60000;
        boolean[] replaces = new boolean[1];
        space = processor.newAddressSpace(
                (s, at, access) -> {
                    if (replaces[0] && at >>> 12 == data >>> 12) {
                        s.map(va, second, true, true, true);
                    }
                    s.map(at, at == va ? first : at, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        String source =
                "ldr r1, [r0]\n cmp r2, #0\n bne 1f\n svc #0\n .org 0x100\n 1: ldr r3, [r4]\n mov r5, #%d\n svc #1";
        load(first, source.formatted(1));
        load(second, source.formatted(2));
        state.r[0] = data;
        state.r[4] = data + 2;
        state.r[2] = 0;
        for (int i = 0; i < 10; i++) {
            assertEquals(new Trap.SupervisorCall(0), runFrom(va));
        }
        for (int round = 2; round < 10; round++) {
            state.r[2] = 1;
            replaces[0] = true;
            space.unmap(data);
            runFrom(va);
            assertEquals(round, state.r[5]);
            replaces[0] = false;
            load(second, source.formatted(round + 1));
            space.map(va, first, true, true, true);
            runFrom(va);
            assertEquals(1, state.r[5]);
        }
    }

    /**
     * Interrupted wherever that may be, a program finds the flags of the last compare, also where nothing of its own
     * reads them.
     */
    @Test
    void flagsAreExactAtEveryKick() {
        load(CODE, """
                mov r0, #0
                mov r1, #1
            1:  cmp r0, r1
                add r0, r0, #1
                b   2f
                nop
            2:  cmp r1, r0
                add r1, r0, #1
                b   1b
            """);
        Thread kicks = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.interrupted()) {
                processor.kick();
                Thread.onSpinWait();
            }
        });
        state.r[UserState.PC] = CODE;
        Map<Integer, Integer> flagsAt = Map.of(CODE + 8, 6, CODE + 24, 8);
        for (int i = 0; i < 20_000; i++) {
            assertInstanceOf(Trap.Kick.class, processor.run(state, space));
            int pc = state.r[UserState.PC];
            if (pc != CODE) {
                assertEquals(flagsAt.get(pc), state.userPsr() >>> 28, "at 0x" + Integer.toHexString(pc));
            }
        }
        kicks.interrupt();
    }

    @Test
    void fullCodeMemoryIsEmptiedAndExecutionGoesOn() {
        // Pages of code that is too much for the memory, each run twice over.
        StringBuilder page = new StringBuilder();
        for (int i = 0; i < 250; i++) {
            page.append("add r0, r0, r")
                    .append(1 + i % 7)
                    .append(", lsr #")
                    .append(1 + i % 31)
                    .append('\n');
            page.append(i % 3 == 0 ? "ldr r8, [r9]\n" : "").append(i % 3 == 1 ? "str r8, [r9]\n" : "");
        }
        int[] words = Assembler.assemble(CODE, page + "\n svc #5");
        int pages = 256;
        for (int n = 0; n < pages; n++) {
            for (int i = 0; i < words.length; i++) {
                memory.write32(CODE + n * PAGE + 4 * i, words[i]);
            }
        }
        state.r[9] = 0x700000;
        for (int round = 0; round < 2; round++) {
            for (int n = 0; n < pages; n++) {
                assertEquals(new Trap.SupervisorCall(5), runFrom(CODE + n * PAGE));
            }
        }
        assertEquals(2L * pages * (words.length - 1), processor.instructions());
        assertTrue(processor.caches().codeEvictions() > 0);
    }

    @Test
    void codeThatRewritesItselfForEverMakesProgress() {
        load(CODE, """
                ldr r1, =patched
                ldr r2, =0xe2844001    @ add r4, r4, #1
                mov r4, #0
                mov r0, #0x8000
            1:  eor r3, r2, r0, lsl #31
                and r5, r0, #1
                add r3, r2, r5         @ add r4, r4, #1 or #2
                str r3, [r1]
                isb
            patched:
                udf #0
                subs r0, r0, #1
                bne 1b
                svc #0
            """);
        assertInstanceOf(Trap.SupervisorCall.class, runFrom(CODE));
        assertEquals(0x4000 + 2 * 0x4000, state.r[4]);
    }

    /** JFR's sampler interrupts emitted code with signals, whose handlers run on the return stack. */
    @Test
    void signalsWhileEmittedCodeRunsDoNoHarm() throws InterruptedException {
        load(CODE, """
            1:  add r0, r0, #1
                bl  2f
                b   1b
            2:  push {r4, lr}
                bl  3f
                pop {r4, pc}
            3:  add r1, r1, #1
                bx  lr
            """);
        state.r[UserState.SP] = 0x100000;
        StringBuilder said = new StringBuilder();
        Thread sampler = Thread.ofPlatform().start(() -> {
            said.append(diagnose("JFR.start", "name=swivel", "settings=profile"));
            said.append(diagnose("JFR.stop", "name=swivel"));
            processor.kick();
        });
        assertInstanceOf(Trap.Kick.class, runFrom(CODE));
        sampler.join();
        assertTrue(said.toString().contains("Stopped recording \"swivel\""), said::toString);
        assertTrue(Math.abs(state.r[0] - state.r[1]) <= 1, "calls and returns were balanced");
    }

    /** Sends this JVM a diagnostic command; returns the answer. */
    private static String diagnose(String... command) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(ProcessHandle.current().pid()));
        line.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void everyAddressSpaceIsNearlyFreeUntilItIsUsed() throws IOException {
        long before = resident();
        for (int i = 0; i < 100; i++) {
            identity();
        }
        assertTrue(resident() - before < 20L << 20, () -> "100 empty address spaces take memory");
    }

    private static long resident() throws IOException {
        String statm = Files.readString(Path.of("/proc/self/statm"));
        int first = statm.indexOf(' ') + 1;
        return Long.parseLong(statm.substring(first, statm.indexOf(' ', first))) * 4096;
    }

    @Test
    void hostThatRefusesTheMemoryGetsTheInterpreter() {
        StringBuilder said = new StringBuilder();
        Processor fallback = Engine.X64.create(memory, 1L << 60, said::append);
        assertInstanceOf(Interpreter.class, fallback);
        assertTrue(said.toString().startsWith("the guest is interpreted"), said::toString);
    }
}

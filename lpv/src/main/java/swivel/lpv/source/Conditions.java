package swivel.lpv.source;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Which conditions of the preprocessor hold where in a file, line by line, and which lines are at file scope. */
final class Conditions {
    private static final Pattern FOR_ASSEMBLER = Pattern.compile("__ASSEMBL(Y|ER)__");
    private static final Pattern NOT_FOR_ASSEMBLER = Pattern.compile("!\\s*+(defined)?\\s*+\\(?\\s*+__ASSEMBL(Y|ER)__");
    private static final Pattern ONLY_ARM = Pattern.compile("\\b(CONFIG_ARM|__arm__|__ARM_ARCH\\w*)\\b");
    private static final Pattern NEVER_ARM =
            Pattern.compile("\\b(CONFIG_(ARM64|X86\\w*|RISCV|MIPS|PPC\\w*)|__aarch64__|__x86_64__|__i386__)\\b");

    /**
     * A branch of an {@code #if}: what is between two directives of it.
     *
     * @param outer the branch that it is in; null at the outermost level
     * @param depth how many branches it is in
     * @param assembler whether it and those around it are for the assembler; null if they do not say
     * @param itself the same, of this condition alone
     */
    private record Branch(
            Branch outer, int depth, Boolean assembler, Boolean itself, boolean onlyArm, boolean neverArm) {

        /** @param positive whether it holds where the condition does, and not where it does not */
        static Branch in(Branch outer, boolean positive, String condition, Boolean itself) {
            return new Branch(
                    outer,
                    Conditions.depth(outer) + 1,
                    itself != null || outer == null ? itself : outer.assembler,
                    itself,
                    outer != null && outer.onlyArm
                            || positive && ONLY_ARM.matcher(condition).find(),
                    outer != null && outer.neverArm
                            || positive
                                    && !condition.contains("||")
                                    && NEVER_ARM.matcher(condition).find());
        }
    }

    /** @param free whether what is put here is at file scope, and not inside a comment */
    private record Line(int offset, Branch branch, boolean free) {}

    private final Effort effort;
    private final List<Line> lines = new ArrayList<>();
    private Branch branch;

    Conditions(Effort effort) {
        this.effort = effort;
    }

    private static int depth(Branch branch) {
        return branch == null ? 0 : branch.depth;
    }

    void line(int offset, boolean free) {
        if (lines.isEmpty() || lines.getLast().offset() < offset) {
            lines.add(new Line(offset, branch, free));
        }
    }

    void directive(String name, String rest) {
        String condition = rest.strip();
        switch (name) {
            case "if", "ifdef", "ifndef" ->
                branch = Branch.in(
                        branch,
                        !name.equals("ifndef") && isPositive(condition),
                        condition,
                        forAssembler(name, condition));
            case "else", "elif" -> {
                if (branch != null) {
                    branch = Branch.in(
                            branch.outer,
                            name.equals("elif") && isPositive(condition),
                            condition,
                            branch.itself == null ? null : Boolean.valueOf(!branch.itself));
                }
            }
            case "endif" -> branch = branch == null ? null : branch.outer;
            default -> {}
        }
    }

    private static boolean isPositive(String condition) {
        return !condition.contains("!");
    }

    /** Whether the conditions say that this is for the assembler, or that it is not; null if they say nothing. */
    Boolean forAssembler() {
        return branch == null ? null : branch.assembler;
    }

    private static Boolean forAssembler(String name, String condition) {
        if (!FOR_ASSEMBLER.matcher(condition).find()) {
            return null;
        }
        return !name.equals("ifndef") && !NOT_FOR_ASSEMBLER.matcher(condition).find();
    }

    /** Whether a place is under a condition that only ARM meets. */
    boolean onlyArm(int offset) {
        Branch here = at(offset);
        return here != null && here.onlyArm;
    }

    /** Whether a place is under a condition that ARM of 32 bits does not meet. */
    boolean neverArm(int offset) {
        Branch here = at(offset);
        return here != null && here.neverArm;
    }

    private Branch at(int offset) {
        int low = 0;
        int high = lines.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (lines.get(middle).offset() <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? null : lines.get(high).branch();
    }

    /**
     * Where lines may be put in front of all the given places so that whenever one of these is compiled, the line is
     * too: the starts of lines at file scope, the most deeply nested first, then in the order of the file.
     */
    List<Integer> before(List<Integer> offsets) {
        Branch common = at(offsets.getFirst());
        for (int offset : offsets) {
            common = common(common, at(offset));
        }
        // By depth: a line is in one of the common branches if the one of its depth is its own.
        Branch[] wanted = new Branch[depth(common) + 1];
        List<List<Integer>> found = new ArrayList<>();
        for (int depth = 0; depth < wanted.length; depth++) {
            found.add(new ArrayList<>());
        }
        for (Branch one = common; one != null; one = one.outer) {
            wanted[one.depth] = one;
        }
        int first = offsets.getFirst();
        for (Line line : lines) {
            int depth = depth(line.branch());
            if (line.offset() <= first && line.free() && depth < wanted.length && wanted[depth] == line.branch()) {
                found.get(depth).add(line.offset());
            }
        }
        return found.reversed().stream().flatMap(List::stream).toList();
    }

    /** The innermost branch that two are in; null if none. */
    private Branch common(Branch one, Branch other) {
        Branch left = one;
        Branch right = other;
        while (left != right) {
            effort.spend(1);
            if (depth(left) >= depth(right)) {
                left = left.outer;
            } else {
                right = right.outer;
            }
        }
        return left;
    }
}

package io.trolleybus.launcher;

import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.User;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes somebody an operator of a running cluster, the first one in particular, and ends. */
@Command(
        name = "add-operator",
        description = "Makes somebody an operator of a running cluster, by an account of its own with the password"
                + " operator.password, or by the one that is there.",
        mixinStandardHelpOptions = true)
final class AddOperatorCommand implements Callable<Integer> {
    private static final String PASSWORD = "operator.password";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private RunOptions run;

    @Option(names = "--email", paramLabel = "ADDRESS", required = true, description = "Whom the account is of.")
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private String email;

    @Option(names = "--name", paramLabel = "NAME", description = "How people call them; the address if not given.")
    private String name = "";

    @Option(
            names = "--promote",
            description = "Takes the account that the address has, with the password that its owner chose. Anybody can"
                    + " register any address: make sure whose it is.")
    private boolean promote;

    @Override
    public Integer call() throws Exception {
        var errand = new Errand(run);
        EnsureOperator operator = promote
                ? new EnsureOperator(email, null, null, null)
                : new EnsureOperator(
                        email, errand.configuration().required(PASSWORD), name.isBlank() ? email : name, true);
        errand.run(
                "add-operator",
                node -> new LauncherClient(node).ensureOperator(operator).map(AddOperatorCommand::done));
        return 0;
    }

    private static String done(User user) {
        return user.email() + " is an operator now; the account is from " + user.createdAt()
                + (user.disabled() ? " and disabled" : "");
    }
}

package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;

/** Shows a user to those who may see it; to anybody else it does not exist. */
final class GetAccount {
    private final Accounts accounts;

    GetAccount(Accounts accounts) {
        this.accounts = accounts;
    }

    Future<Reply<User>> get(Call call, GetUser command) {
        Reply<User> unseen = Reply.refused(Refusals.NOT_FOUND, "there is no such user");
        if (!call.principal().isService() && !call.principal().maySee(command.userId())) {
            return Future.succeededFuture(unseen);
        }
        return accounts.find(command.userId())
                .map(found -> found.map(account -> Reply.done(account.user())).orElse(unseen));
    }
}

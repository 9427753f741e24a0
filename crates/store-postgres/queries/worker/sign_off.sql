-- worker.sign_off
delete from workers where name = $1
